/**
 * The page's style. Sizes are parts of the screen's shorter side, so that a larger screen is read from further away. At three metres on
 * the usual 24-inch screen (299 mm high) capitals of 7vmin are 15 mm high, 17 minutes of arc, against the 16 that ISO 9241-303 asks of text
 * that is read without effort and the 5 that good eyes can read at all; names of figures have 6.5vmin (16 minutes), headlines 12vmin
 * (30), figures 17vmin (42). Smaller, and pupils step up to the screen and hold up the door; larger, and the longest sentence no longer
 * fits on a telephone-shaped screen. A laptop of 15 inches still gives text 11 minutes.
 *
 * Every pair of colours has a contrast of at least 4.5 (WCAG AA); the lowest is white on the red of 8.1.
 */
export const kioskStyles: string = `
:root {
  color-scheme: light;
  font-family: system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", Tahoma, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
  --back: #10233f;
  --fore: #ffffff;
}
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
html, body { height: 100%; }
body { background: #10233f; color: #ffffff; }

#door {
  display: grid;
  grid-template-rows: auto minmax(0, 1fr) auto;
  gap: 1vmin;
  min-height: 100%;
  padding: 2vmin 3vmin;
  background: var(--back);
  color: var(--fore);
}
#door[data-color="green"] { --back: #0b5d2a; --fore: #ffffff; }
#door[data-color="yellow"] { --back: #ffd60a; --fore: #1a1a1a; }
#door[data-color="red"] { --back: #a30d0d; --fore: #ffffff; }
#door[data-color="white"] { --back: #ffffff; --fore: #1a1a1a; }
#door[data-color="gray"] { --back: #4a4f55; --fore: #ffffff; }

header, footer form { display: flex; flex-wrap: wrap; align-items: center; gap: 1vmin 2vmin; }
header { justify-content: space-between; font-size: 4vmin; }
#title { padding: 1vmin 2vmin; user-select: none; touch-action: none; cursor: default; }
#stage { display: grid; align-content: center; justify-items: center; text-align: center; }
#ready { display: grid; gap: 4vmin; justify-items: center; font-size: 6vmin; }
#ready h1 { font-size: 12vmin; line-height: 1.15; }
#card-picture { width: 40vmin; }
#result { display: grid; gap: 2vmin; justify-items: center; width: 100%; }
#verdict { display: flex; align-items: center; justify-content: center; gap: 4vmin; }
#headline { font-size: 12vmin; font-weight: 700; line-height: 1.15; }
#text { font-size: 7vmin; line-height: 1.25; text-wrap: balance; }
#card, #note { font-size: 4vmin; }
#note { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
#figures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 3vmin; width: 100%; }
#figures div { display: flex; flex-direction: column; justify-content: space-between; border-top: 0.6vmin solid currentColor; padding-top: 1vmin; }
dt { font-size: 6.5vmin; line-height: 1.15; }
dd { font-size: 17vmin; font-weight: 700; line-height: 1.1; unicode-bidi: isolate; }

svg { fill: none; stroke: currentColor; stroke-width: 8; stroke-linecap: round; stroke-linejoin: round; }
#card-picture { stroke-width: 4; }
.icon { display: none; flex: none; width: 20vmin; height: 20vmin; }
#door[data-color="green"] .icon[data-for="green"],
#door[data-color="yellow"] .icon[data-for="yellow"],
#door[data-color="red"] .icon[data-for="red"],
#door[data-color="white"] .icon[data-for="white"],
#door[data-color="gray"] .icon[data-for="gray"] { display: block; }

footer { display: grid; gap: 1vmin; font-size: 4vmin; }
footer form { justify-content: center; }
#offline, #full { padding: 1vmin 2vmin; background: #1a1a1a; color: #ffffff; border: 0.4vmin solid #ffffff; text-align: center; }
input, select, button {
  font: inherit;
  padding: 0.3em 0.6em;
  color: #1a1a1a;
  background: #ffffff;
  border: 2px solid #1a1a1a;
  border-radius: 0.25em;
}
#by-hand-code { width: 9em; }
button { background: #dfe8f5; cursor: pointer; }
:focus-visible { outline: 0.5vmin solid #1a1a1a; outline-offset: 0; box-shadow: 0 0 0 1vmin #ffffff; }

#setup { display: grid; justify-items: center; align-content: center; min-height: 100%; padding: 1rem; }
#setup-form { display: grid; gap: 0.5rem; width: min(34rem, 100%); padding: 1.5rem; font-size: 1.125rem; background: #ffffff; color: #1a1a1a; border-radius: 0.5rem; }
#setup-form h1 { font-size: 1.5rem; }
#setup-form label { margin-top: 0.5rem; font-weight: 700; }
#setup-form input:focus-visible, #setup-form select:focus-visible { box-shadow: none; }
#setup-form button { margin-top: 0.5rem; font-weight: 700; color: #ffffff; background: #10233f; }
#setup-form button.quiet { color: #10233f; background: #ffffff; }
#setup-says:not(:empty) { padding: 0.5rem 0.75rem; background: #fff1c2; border-inline-start: 0.4rem solid #8a5a00; }
.hint { font-size: 1rem; color: #444444; }

@media (prefers-reduced-motion: no-preference) {
  #door[data-state="asking"] #headline { animation: breathe 1.6s ease-in-out infinite; }
  @keyframes breathe { 50% { transform: scale(1.04); } }
}
`;
