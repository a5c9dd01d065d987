import type { EventSource, PageDocument, PageElement, PageEvent } from './browser.ts';
import { characterOf, westernDigits } from './key-character.ts';
import { ScanReader } from './scan-reader.ts';

/** Where cards are read from. */
export interface ScanInput {
  readonly window: EventSource;
  readonly document: Pick<PageDocument, 'activeElement'>;
  readonly form: PageElement;
  readonly field: PageElement;
  /** Whether the door is what the page shows; otherwise keys are left alone. */
  readonly isOpen: () => boolean;
  readonly onCode: (code: string) => void;
}

/** Reads cards from a scanner, wherever the focus is, and numbers from whoever types in the field. */
export function readScans(input: ScanInput): void {
  const { window, document, form, field, isOpen, onCode } = input;
  const reader = new ScanReader();
  let typedBefore = '';
  const isInField = (): boolean => document.activeElement === field;

  const end = (event: PageEvent, key: 'Enter' | 'Tab'): void => {
    const code = reader.end(key, event.timeStamp, isInField());
    if (code === undefined) return;
    // Or Enter would press the button that has the focus, and send what the scanner wrote into the field once more.
    event.preventDefault();
    if (isInField()) field.value = typedBefore;
    onCode(code);
  };

  const press = (event: PageEvent): void => {
    if (!isOpen()) return;
    if (event.ctrlKey || event.altKey || event.metaKey) {
      // Some scanners end with Ctrl and a letter, which a browser takes for its own: Ctrl and J opens the downloads.
      if (reader.isInBurst(event.timeStamp)) event.preventDefault();
      return;
    }
    if (event.key === 'Enter' || event.key === 'Tab') return end(event, event.key);
    const character = event.repeat ? undefined : characterOf(event);
    if (character === undefined) return;
    if (reader.type(character, event.timeStamp)) typedBefore = field.value;
  };

  window.addEventListener('keydown', press, true);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = westernDigits(field.value);
    field.value = '';
    onCode(code);
  });
}
