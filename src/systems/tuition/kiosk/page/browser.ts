/**
 * What the page uses of a browser. The types are written out here because the compiler's own would put the names of a browser
 * (`document`, `name`, `close`) into every file of the server, where using one by mistake would then pass.
 */

/** An event, with the members of those that the page listens to. */
export interface PageEvent {
  /** Milliseconds on the clock of `performance.now()`, of the moment the key was pressed and not of when it was handled. */
  readonly timeStamp: number;
  readonly key: string;
  /** The key's place on the keyboard, whatever the layout writes there. */
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** True for the presses that a key held down makes. */
  readonly repeat: boolean;
  getModifierState(name: string): boolean;
  preventDefault(): void;
}

/** Something that tells of events. */
export interface EventSource {
  addEventListener(type: string, listener: (event: PageEvent) => void, isCapture?: boolean): void;
}

/** An element, with the members of fields and of forms. */
export interface PageElement extends EventSource {
  textContent: string | null;
  className: string;
  hidden: boolean;
  value: string;
  required: boolean;
  readonly dataset: Record<string, string>;
  focus(): void;
  append(...children: readonly PageElement[]): void;
  replaceChildren(...children: readonly PageElement[]): void;
}

/** The page. */
export interface PageDocument extends EventSource {
  title: string;
  readonly documentElement: PageElement & { lang: string; dir: string };
  readonly body: PageElement;
  readonly activeElement: PageElement | null;
  readonly visibilityState: string;
  getElementById(id: string): PageElement | null;
  createElement(name: string): PageElement;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** Where settings are kept. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The browser's window. */
export interface Browser extends EventSource {
  readonly document: PageDocument;
  readonly localStorage: PageStorage;
  readonly navigator: {
    readonly onLine: boolean;
    readonly wakeLock?: { request(kind: 'screen'): Promise<unknown> };
  };
}

/** The element with this id. Throws an Error where the page has none: page and modules are of two releases. */
export function elementOf(document: Pick<PageDocument, 'getElementById'>, id: string): PageElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
}
