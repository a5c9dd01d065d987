import type { Locale } from '../../gate/scan-texts.ts';
import { elementOf, type PageDocument, type PageElement } from './browser.ts';
import type { DoorView } from './door.ts';
import { kioskTexts } from './kiosk-texts.ts';
import { presentOutcome, type Figure } from './present-outcome.ts';

/** So many characters of a card are enough for a pupil to know the own one, and too few for a bystander to copy it. */
const CARD_END_LENGTH = 3;

/** The door on the page. What is shown is text throughout: nothing that came from a server or a card is read as HTML. */
export class DoorScreen {
  readonly #document: PageDocument;
  readonly #language: Locale;

  constructor(document: PageDocument, language: Locale) {
    this.#document = document;
    this.#language = language;
  }

  /** Shows the state of the door. */
  show(view: DoorView): void {
    const texts = kioskTexts[this.#language];
    const shown = view.outcome === undefined ? undefined : presentOutcome(view.outcome, this.#language);
    const door = this.#element('door');
    door.dataset['state'] = view.state;
    door.dataset['color'] = view.state === 'answer' ? (shown?.color ?? '') : '';
    this.#element('ready').hidden = view.state !== 'ready';
    const words = {
      headline: shown?.headline ?? (view.state === 'asking' ? texts.asking : ''),
      text: shown?.text ?? '',
      card: view.code === '' ? '' : texts.card.replace('{card}', view.code.slice(-CARD_END_LENGTH)),
      note: shown?.note ?? '',
    };
    for (const [id, word] of Object.entries(words)) {
      this.#write(id, word);
      this.#element(id).hidden = word === '';
    }
    this.#writeFigures(shown?.figures ?? []);
    this.#write('waiting', view.waiting === 0 ? '' : texts.waiting.replace('{count}', String(view.waiting)));
    this.#write('full', view.isFull ? texts.tooMany : '');
  }

  /** Says, or no longer says, that the server cannot be reached. */
  showConnection(isReachable: boolean): void {
    this.#write('offline', isReachable ? '' : kioskTexts[this.#language].offline);
  }

  /**
   * Writing the same again would make a screen reader say it again. What it is to say by itself stands empty and is never hidden: words
   * that come together with their place are not said.
   */
  #write(id: string, word: string): void {
    const element = this.#element(id);
    if (element.textContent !== word) element.textContent = word;
  }

  #writeFigures(figures: readonly Figure[]): void {
    const element = this.#element('figures');
    element.hidden = figures.length === 0;
    element.replaceChildren(...figures.map((figure) => this.#figure(figure)));
  }

  #figure({ label, value }: Figure): PageElement {
    const [group, name, number] = ['div', 'dt', 'dd'].map((tag) => this.#document.createElement(tag)) as [
      PageElement,
      PageElement,
      PageElement,
    ];
    name.textContent = label;
    number.textContent = value;
    group.append(name, number);
    return group;
  }

  #element(id: string): PageElement {
    return elementOf(this.#document, id);
  }
}
