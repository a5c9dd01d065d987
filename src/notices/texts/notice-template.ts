import { insideText, type Language } from './language.ts';

/**
 * When a notice may go. `urgent` tells where a child is or what happens today, so quiet hours do not hold it; `normal` waits for the
 * morning; `bulk` goes to many at once and at its own slower rate, behind everything else.
 */
export type NoticePace = 'urgent' | 'normal' | 'bulk';

/** A kind of notice: its texts, and how it is treated. */
export interface NoticeTemplate {
  /** Counts up when a text or its parameters change, since the provider approves each version by itself. */
  readonly version: number;
  /** True when a recipient cannot opt out and neither limit nor budget holds it back (T-40). */
  readonly mandatory: boolean;
  readonly pace: NoticePace;
  /** In the order in which a channel with numbered places wants them. */
  readonly parameters: readonly string[];
  /** The subject of an e-mail; no parameters. */
  readonly title: Readonly<Record<Language, string>>;
  /** With `{name}` where a parameter stands. */
  readonly text: Readonly<Record<Language, string>>;
}

/** What a text is filled with, by the name of the parameter. */
export type NoticeValues = Readonly<Record<string, string>>;

/** A notice in the words of one language. */
export interface NoticeWords {
  readonly title: string;
  readonly text: string;
  /** In the template's order, isolated as in the text. */
  readonly parameters: readonly string[];
}

/** Fills a template, or names the parameters that are missing: a text that reaches a person with a hole in it is worse than none. */
export function wordsOf(
  template: NoticeTemplate,
  values: NoticeValues,
  language: Language,
): NoticeWords | { readonly missing: readonly string[] } {
  const missing = template.parameters.filter((name) => !Object.hasOwn(values, name));
  if (missing.length > 0) return { missing };
  const inside = (name: string): string => insideText(oneLine(values[name] ?? ''), language);
  return {
    title: template.title[language],
    text: template.text[language].replaceAll(/\{(\w+)\}/g, (_hole, name: string) => inside(name)),
    parameters: template.parameters.map(inside),
  };
}

/** A provider refuses parameters with line breaks, tabs or more than four spaces, and empty ones. */
function oneLine(value: string): string {
  const text = value.replaceAll(/\s+/gu, ' ').trim();
  return text === '' ? '—' : text;
}

/** The name under which a provider knows the template, unless settings say another: `tuition_late_block_v1`. */
export function providerTemplateName(system: string, type: string, template: NoticeTemplate): string {
  return `${system}_${type}_v${template.version}`;
}
