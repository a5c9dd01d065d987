/** Pictures that say the same as the colours, for those who do not tell colours apart. One is shown at a time. */
const icons: string = [
  // A tick.
  ['green', '<path d="M14 52l24 24 48-52"/>'],
  // A hand that says stop.
  [
    'yellow',
    '<path d="M30 54V26a7 7 0 0 1 14 0v22V18a7 7 0 0 1 14 0v30V24a7 7 0 0 1 14 0v40c0 16-10 26-26 26-12 0-18-5-24-15L13 58a7 7 0 0 1 12-7z"/>',
  ],
  // A clock.
  ['red', '<circle cx="50" cy="50" r="38"/><path d="M50 26v26l18 14"/>'],
  // A question.
  ['white', '<path d="M32 36c0-24 38-24 38 0 0 16-20 16-20 32"/><path d="M50 86v1"/>'],
  // Two ticks: it was done before.
  ['gray', '<path d="M4 54l20 20 36-44"/><path d="M46 68l8 8 42-50"/>'],
]
  .map(
    ([color, shape]) =>
      `<svg class="icon" data-for="${color}" viewBox="0 0 100 100" aria-hidden="true" focusable="false">${shape}</svg>`,
  )
  .join('\n          ');

const card: string =
  '<svg id="card-picture" viewBox="0 0 100 70" aria-hidden="true" focusable="false"><rect x="4" y="4" width="92" height="62" rx="8"/><path d="M18 20v30M28 20v30M34 20v30M46 20v30M52 20v30M64 20v30M74 20v30M82 20v30"/></svg>';

const setup: string = `<main id="setup" hidden>
      <form id="setup-form" novalidate autocomplete="off">
        <h1 data-text="setUp"></h1>
        <p id="setup-says" role="alert"></p>
        <label for="setup-language" data-text="language"></label>
        <select id="setup-language">
          <option value="ar" lang="ar">العربية</option>
          <option value="en" lang="en">English</option>
        </select>
        <label for="setup-key" data-text="key"></label>
        <input id="setup-key" type="password" dir="ltr" autocomplete="off" spellcheck="false" aria-describedby="setup-key-hint setup-key-kept" />
        <p class="hint" id="setup-key-hint" data-text="keyHint"></p>
        <p class="hint" id="setup-key-kept" data-text="keyKept" hidden></p>
        <label for="setup-group" data-text="group"></label>
        <input id="setup-group" type="text" dir="ltr" inputmode="numeric" maxlength="19" autocomplete="off" aria-describedby="setup-group-hint" />
        <p class="hint" id="setup-group-hint" data-text="groupHint"></p>
        <p class="hint" data-text="setUpHint"></p>
        <button type="submit" data-text="save"></button>
        <button type="button" id="setup-cancel" class="quiet" data-text="cancel" hidden></button>
      </form>
    </main>`;

const door: string = `<main id="door" data-state="ready" data-color="" hidden>
      <header>
        <h1 id="title" data-text="title"></h1>
        <p id="offline" role="status"></p>
        <p id="full" role="status"></p>
        <p id="waiting" role="status"></p>
      </header>
      <div id="stage">
        <div id="ready">
          ${card}
          <p data-text="ready"></p>
        </div>
        <div id="result" role="status" aria-live="assertive" aria-atomic="true">
          <div id="verdict">
          ${icons}
            <p id="headline" hidden></p>
          </div>
          <p id="text" hidden></p>
          <dl id="figures" hidden></dl>
          <p id="card" hidden></p>
          <p id="note" dir="ltr" hidden></p>
        </div>
      </div>
      <footer>
        <form id="by-hand" autocomplete="off">
          <label for="by-hand-code" data-text="field"></label>
          <input id="by-hand-code" type="text" dir="ltr" maxlength="64" autocomplete="off" autocapitalize="off" spellcheck="false" />
          <button type="submit" data-text="send"></button>
        </form>
      </footer>
    </main>`;

/** The page as it is sent: empty of words, which its module writes in the language that is set. */
export const kioskDocument: string = `<!doctype html>
<html lang="ar" dir="rtl">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>تسجيل الحضور – Check-in</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/kiosk/kiosk.css" />
    <script type="module" src="/kiosk/kiosk.js"></script>
  </head>
  <body>
    <noscript>تحتاج هذه الصفحة إلى JavaScript. <span lang="en" dir="ltr">This page needs JavaScript.</span></noscript>
    ${setup}
    ${door}
  </body>
</html>
`;
