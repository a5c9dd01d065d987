import type { EventSource } from './browser.ts';

/** How long the word at the top is held. Shorter happens to a pupil who leans on the screen; longer nobody holds out. */
const HELD_MS = 3_000;

/** Opens set-up for those who know how: the word at the top held, or Ctrl, Alt and K together, which no scanner types. */
export function findWayToSetup(window: EventSource, word: EventSource, open: () => void): void {
  let holding: ReturnType<typeof setTimeout> | undefined;
  const release = (): void => clearTimeout(holding);
  word.addEventListener('pointerdown', () => {
    release();
    holding = setTimeout(open, HELD_MS);
  });
  for (const type of ['pointerup', 'pointerleave', 'pointercancel']) word.addEventListener(type, release);
  // A long touch would open the browser's menu in the middle of it.
  word.addEventListener('contextmenu', (event) => event.preventDefault());
  window.addEventListener('keydown', (event) => {
    if (!event.ctrlKey || !event.altKey || event.code !== 'KeyK') return;
    event.preventDefault();
    open();
  });
}
