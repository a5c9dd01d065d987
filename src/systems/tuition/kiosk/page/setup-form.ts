import type { Locale } from '../../gate/scan-texts.ts';
import { tryKey } from './ask-door.ts';
import { elementOf, type PageDocument, type PageElement } from './browser.ts';
import { westernDigits } from './key-character.ts';
import type { KioskSettings } from './kiosk-settings.ts';
import { kioskTexts } from './kiosk-texts.ts';
import { writeTexts } from './write-texts.ts';

/** How long set-up stays open untouched where the door could be open instead: somebody opened it and went away. */
const UNTOUCHED_MS = 60_000;

/** What the form is opened with. */
export interface SetupOptions {
  readonly settings: KioskSettings | undefined;
  /** True where the server refused the key that is set, so that another is needed. */
  readonly isKeyRefused: boolean;
  /** Called once, with new settings or, where it was left, with those there were. */
  readonly onDone: (settings: KioskSettings) => void;
}

/** The form that sets a kiosk up: its key, which it never shows, its language and its group. */
export class SetupForm {
  readonly #document: PageDocument;
  #options: SetupOptions | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #isChecking = false;

  constructor(document: PageDocument) {
    this.#document = document;
    const form = this.#element('setup-form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save();
    });
    form.addEventListener('input', () => this.#leaveLater());
    this.#element('setup-cancel').addEventListener('click', () => this.#leave());
    this.#element('setup-language').addEventListener('change', () => this.#writeTexts());
  }

  /** Opens the form. */
  open(options: SetupOptions): void {
    const { settings, isKeyRefused } = options;
    this.#options = options;
    this.#element('setup-key').value = '';
    this.#element('setup-key').required = !this.#canKeepKey;
    this.#element('setup-language').value = settings?.language ?? 'ar';
    this.#element('setup-group').value = settings?.groupId ?? '';
    this.#element('setup-key-kept').hidden = !this.#canKeepKey;
    this.#element('setup-cancel').hidden = !this.#canKeepKey;
    this.#element('setup').hidden = false;
    this.#writeTexts();
    this.#say(isKeyRefused ? kioskTexts[this.#language].keyRefused : '');
    this.#element('setup-key').focus();
    this.#leaveLater();
  }

  get #language(): Locale {
    return this.#element('setup-language').value === 'en' ? 'en' : 'ar';
  }

  get #canKeepKey(): boolean {
    return this.#options?.settings !== undefined && !this.#options.isKeyRefused;
  }

  async #save(): Promise<void> {
    const options = this.#options;
    if (options === undefined || this.#isChecking) return;
    const texts = kioskTexts[this.#language];
    const typedKey = this.#element('setup-key').value.trim();
    const key = typedKey === '' && this.#canKeepKey ? options.settings?.key : typedKey;
    const groupId = westernDigits(this.#element('setup-group').value.trim());
    if (!/^\d*$/.test(groupId)) return this.#say(texts.groupInvalid);
    // What cannot stand in a header is no key, and the browser would not even ask.
    if (key === undefined || !/^[\u0021-\u007E]+$/.test(key)) return this.#say(texts.keyRefused);
    this.#isChecking = true;
    this.#say(texts.checkingKey);
    const verdict = await tryKey(key);
    this.#isChecking = false;
    if (this.#options !== options) return;
    if (verdict === 'refused') return this.#say(texts.keyRefused);
    if (verdict === 'unreachable') return this.#say(texts.keyUnchecked);
    this.#close({ key, language: this.#language, groupId });
  }

  #leave(): void {
    const settings = this.#options?.settings;
    if (settings !== undefined && this.#canKeepKey) this.#close(settings);
  }

  #leaveLater(): void {
    clearTimeout(this.#leaving);
    if (this.#canKeepKey) this.#leaving = setTimeout(() => this.#leave(), UNTOUCHED_MS);
  }

  #close(settings: KioskSettings): void {
    const options = this.#options;
    this.#options = undefined;
    clearTimeout(this.#leaving);
    this.#element('setup-key').value = '';
    this.#element('setup').hidden = true;
    options?.onDone(settings);
  }

  #writeTexts(): void {
    writeTexts(this.#document, this.#language);
  }

  #say(sentence: string): void {
    this.#element('setup-says').textContent = sentence;
  }

  #element(id: string): PageElement {
    return elementOf(this.#document, id);
  }
}
