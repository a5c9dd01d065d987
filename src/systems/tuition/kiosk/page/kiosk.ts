import { askDoor } from './ask-door.ts';
import { elementOf, type Browser } from './browser.ts';
import { Door } from './door.ts';
import { DoorScreen } from './door-screen.ts';
import { readSettings, writeSettings, type KioskSettings } from './kiosk-settings.ts';
import { readScans } from './scan-input.ts';
import { SetupForm } from './setup-form.ts';
import { watchConnection } from './watch-connection.ts';
import { findWayToSetup } from './way-to-setup.ts';
import { writeTexts } from './write-texts.ts';

/** A door that is open, with what it is set up with. */
interface OpenDoor {
  readonly door: Door;
  readonly screen: DoorScreen;
  readonly settings: KioskSettings;
}

/** Runs the page: set-up first where there are no settings, then the door. */
class Kiosk {
  readonly #window: Browser;
  readonly #setup: SetupForm;
  #open: OpenDoor | undefined;
  #isReachable = true;

  constructor(window: Browser) {
    const { document } = window;
    this.#window = window;
    this.#setup = new SetupForm(document);
    readScans({
      window,
      document,
      form: elementOf(document, 'by-hand'),
      field: elementOf(document, 'by-hand-code'),
      isOpen: () => this.#open !== undefined,
      onCode: (code) => this.#open?.door.scan(code),
    });
    findWayToSetup(window, elementOf(document, 'title'), () => this.#leaveDoor(false));
    watchConnection(window, (isReachable) => this.#tell(isReachable));
    document.addEventListener('visibilitychange', () => this.#stayAwake());
    this.#stayAwake();
    const settings = readSettings(window.localStorage);
    if (settings === undefined) this.#setUp({ settings, isKeyRefused: false });
    else this.#openDoor(settings);
  }

  #openDoor(settings: KioskSettings): void {
    const { document } = this.#window;
    writeTexts(document, settings.language);
    const screen = new DoorScreen(document, settings.language);
    const door = new Door({
      ask: (code, signal) =>
        askDoor({ code, settings, signal, onConnection: (isReachable) => this.#tell(isReachable) }),
      show: (view) => screen.show(view),
      onKeyRefused: () => this.#leaveDoor(true),
    });
    this.#open = { door, screen, settings };
    elementOf(document, 'door').hidden = false;
    screen.showConnection(this.#isReachable);
    elementOf(document, 'by-hand-code').focus();
  }

  #leaveDoor(isKeyRefused: boolean): void {
    if (this.#open === undefined) return;
    const { door, settings } = this.#open;
    door.stop();
    this.#open = undefined;
    elementOf(this.#window.document, 'door').hidden = true;
    this.#setUp({ settings, isKeyRefused });
  }

  #setUp(from: { readonly settings: KioskSettings | undefined; readonly isKeyRefused: boolean }): void {
    this.#setup.open({
      ...from,
      onDone: (settings) => {
        writeSettings(this.#window.localStorage, settings);
        this.#openDoor(settings);
      },
    });
  }

  #tell(isReachable: boolean): void {
    this.#isReachable = isReachable;
    this.#open?.screen.showConnection(isReachable);
  }

  /** Browsers grant it to pages that are seen and came by a safe way; elsewhere the computer's own settings have to do. */
  #stayAwake(): void {
    if (this.#window.document.visibilityState !== 'visible') return;
    this.#window.navigator.wakeLock?.request('screen').catch(() => undefined);
  }
}

void new Kiosk(globalThis as unknown as Browser);
