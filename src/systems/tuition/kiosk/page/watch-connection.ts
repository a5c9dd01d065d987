import type { Browser } from './browser.ts';

/** How often an idle door asks whether the server is there, so that the desk knows before the first pupil does. */
const EVERY_MS = 10_000;

/** How long the server may take to say so. */
const LIMIT_MS = 3_000;

/** Tells, now and then and whenever the network comes or goes, whether the server answers. Until the page is closed. */
export function watchConnection(window: Browser, tell: (isReachable: boolean) => void): void {
  let asked = 0;
  const look = async (): Promise<void> => {
    asked += 1;
    const own = asked;
    const isReachable = await isAlive();
    // An answer that a later question has overtaken says how it was, not how it is.
    if (own === asked) tell(isReachable);
  };
  window.addEventListener('offline', () => tell(false));
  window.addEventListener('online', () => void look());
  setInterval(() => void look(), EVERY_MS);
  void look();
}

async function isAlive(): Promise<boolean> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LIMIT_MS);
  try {
    const response = await fetch('/healthz', { cache: 'no-store', signal: stop.signal });
    return response.ok;
  } catch {
    // No answer is the answer.
    return false;
  } finally {
    clearTimeout(timer);
  }
}
