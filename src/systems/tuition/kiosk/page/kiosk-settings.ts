import type { Locale } from '../../gate/scan-texts.ts';
import type { PageStorage } from './browser.ts';

/** What a kiosk is set up with. */
export interface KioskSettings {
  /** The kiosk's API key. */
  readonly key: string;
  readonly language: Locale;
  /** The one group whose door this is; empty for every group. */
  readonly groupId: string;
}

/** Under which name the browser keeps the settings. */
const STORED_AS = 'carryover.kiosk';

/** The settings of this browser; undefined where it has none, or something that is none. */
export function readSettings(storage: PageStorage): KioskSettings | undefined {
  try {
    const stored = JSON.parse(storage.getItem(STORED_AS) ?? 'null') as Partial<KioskSettings> | null;
    const { key, language, groupId } = stored ?? {};
    if (typeof key !== 'string' || key === '' || typeof groupId !== 'string') return undefined;
    return language === 'en' || language === 'ar' ? { key, language, groupId } : undefined;
  } catch {
    // A browser that keeps nothing, or something of another program under the name: set up anew.
    return undefined;
  }
}

/** Keeps the settings; false where the browser refuses, and they hold until the page is closed. */
export function writeSettings(storage: PageStorage, settings: KioskSettings): boolean {
  try {
    storage.setItem(STORED_AS, JSON.stringify(settings));
    return true;
  } catch {
    return false;
  }
}
