/**
 * The page's style. Its unit is a hundredth of the screen's height, less on screens that are less wide than 16 to 10, so that a larger
 * screen is read from further away. At three metres from the usual 24-inch screen (299 mm high) capitals of 7 units are 15 mm high, 17
 * minutes of arc, against the 16 that ISO 9241-303 asks of text that is read without effort and the 5 that good eyes can read at all; names
 * of figures have 6.5 units (16 minutes), headlines 12 (30), figures 17 (42). Smaller, and pupils step up to the screen and hold up the
 * door; larger, and the longest sentence no longer fits. A laptop of 15 inches still gives text 11 minutes.
 *
 * Every pair of colours has a contrast of at least 4.5 (WCAG AA); the least is white on red, 8.0.
 */
export const kioskStyles: string = `
:root {
  color-scheme: light;
  font-family: system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", Tahoma, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
  --back: #10233f;
  --fore: #ffffff;
  --u: 1vmin;
}
@media (orientation: landscape) { :root { --u: min(1vh, 0.64vw); } }
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
html, body { height: 100%; }
body { background: #10233f; color: #ffffff; }

#door {
  display: grid;
  grid-template-rows: auto minmax(0, 1fr) auto;
  gap: var(--u);
  min-height: 100%;
  padding: calc(2 * var(--u)) calc(3 * var(--u));
  background: var(--back);
  color: var(--fore);
}
#door[data-color="green"] { --back: #0b5d2a; --fore: #ffffff; }
#door[data-color="yellow"] { --back: #ffd60a; --fore: #1a1a1a; }
#door[data-color="red"] { --back: #a30d0d; --fore: #ffffff; }
#door[data-color="white"] { --back: #ffffff; --fore: #1a1a1a; }
#door[data-color="gray"] { --back: #4a4f55; --fore: #ffffff; }

header, footer form { display: flex; flex-wrap: wrap; align-items: center; gap: var(--u) calc(2 * var(--u)); }
header { justify-content: space-between; font-size: calc(4 * var(--u)); }
#offline:not(:empty), #full:not(:empty) { flex: 1 1 60%; font-size: calc(3.5 * var(--u)); line-height: 1.15; }
#title { font: inherit; padding: var(--u) calc(2 * var(--u)); user-select: none; touch-action: none; cursor: default; }
#stage { display: grid; align-content: center; justify-items: center; text-align: center; }
#ready { display: grid; gap: calc(4 * var(--u)); justify-items: center; font-size: calc(6 * var(--u)); }
#ready p { font-size: calc(12 * var(--u)); line-height: 1.15; }
#card-picture { width: calc(40 * var(--u)); }
#result { display: grid; gap: calc(1.5 * var(--u)); justify-items: center; width: 100%; }
#verdict { display: flex; align-items: center; justify-content: center; gap: calc(4 * var(--u)); }
#headline { font-size: calc(12 * var(--u)); font-weight: 700; line-height: 1.15; }
#text { font-size: calc(7 * var(--u)); line-height: 1.25; text-wrap: balance; }
#card, #note { font-size: calc(4 * var(--u)); }
#note { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
#figures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: calc(3 * var(--u)); width: 100%; }
#figures div { display: flex; flex-direction: column; justify-content: space-between; border-top: calc(0.6 * var(--u)) solid currentColor; padding-top: var(--u); }
dt { font-size: calc(6.5 * var(--u)); line-height: 1.15; }
dd { font-size: calc(17 * var(--u)); font-weight: 700; line-height: 1; unicode-bidi: isolate; }

svg { fill: none; stroke: currentColor; stroke-width: 8; stroke-linecap: round; stroke-linejoin: round; }
#card-picture { stroke-width: 4; }
.icon { display: none; flex: none; width: calc(20 * var(--u)); height: calc(20 * var(--u)); }
#door[data-color="green"] .icon[data-for="green"],
#door[data-color="yellow"] .icon[data-for="yellow"],
#door[data-color="red"] .icon[data-for="red"],
#door[data-color="white"] .icon[data-for="white"],
#door[data-color="gray"] .icon[data-for="gray"] { display: block; }

footer { display: grid; gap: var(--u); font-size: calc(4 * var(--u)); }
footer form { justify-content: center; }
#offline:not(:empty), #full:not(:empty) { padding: var(--u) calc(2 * var(--u)); background: #1a1a1a; color: #ffffff; border: calc(0.4 * var(--u)) solid #ffffff; text-align: center; }
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
:focus-visible { outline: calc(0.5 * var(--u)) solid #1a1a1a; outline-offset: 0; box-shadow: 0 0 0 var(--u) #ffffff; }

#setup { display: grid; justify-items: center; align-content: center; min-height: 100%; padding: 1rem; }
#setup-form { display: grid; gap: 0.5rem; width: min(34rem, 100%); padding: 1.5rem; font-size: 1.125rem; background: #ffffff; color: #1a1a1a; border-radius: 0.5rem; }
#setup-form h1 { font-size: 1.5rem; }
#setup-form label { margin-top: 0.5rem; font-weight: 700; }
#setup-form input:focus-visible, #setup-form select:focus-visible { box-shadow: none; }
#setup-form button { margin-top: 0.5rem; font-weight: 700; color: #ffffff; background: #10233f; }
#setup-form button.quiet { color: #10233f; background: #ffffff; }
#setup-says:not(:empty) { padding: 0.5rem 0.75rem; background: #fff1c2; border-inline-start: 0.4rem solid #8a5a00; }
.hint { font-size: 1rem; color: #444444; }

@media (orientation: portrait) { #verdict { flex-direction: column; gap: var(--u); } }

@media (prefers-reduced-motion: no-preference) {
  #door[data-state="asking"] #headline { animation: breathe 1.6s ease-in-out infinite; }
  @keyframes breathe { 50% { transform: scale(1.04); } }
}
`;
