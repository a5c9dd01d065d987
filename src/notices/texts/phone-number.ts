/** Countries whose numbers can be read as they are written at home. */
export const PHONE_COUNTRIES = ['EG', 'IR', 'SA', 'AE', 'GB', 'US'] as const;

/** One of `PHONE_COUNTRIES`. */
export type PhoneCountry = (typeof PHONE_COUNTRIES)[number];

/** How numbers of a country are written at home. */
interface NumberPlan {
  readonly code: string;
  /** What stands before a number that is dialled inside the country. */
  readonly trunk: string;
  /** Digits without code and trunk, by which a mobile number is known. */
  readonly mobile: RegExp;
}

const PLANS: Readonly<Record<PhoneCountry, NumberPlan>> = {
  EG: { code: '20', trunk: '0', mobile: /^1[0125]\d{8}$/ },
  IR: { code: '98', trunk: '0', mobile: /^9\d{9}$/ },
  SA: { code: '966', trunk: '0', mobile: /^5\d{8}$/ },
  AE: { code: '971', trunk: '0', mobile: /^5\d{8}$/ },
  GB: { code: '44', trunk: '0', mobile: /^7\d{9}$/ },
  US: { code: '1', trunk: '1', mobile: /^[2-9]\d{9}$/ },
};

/**
 * A telephone number as a channel wants it: with its country and without signs. `01012345678`, `+20 101 234 5678` and
 * `٠١٠١٢٣٤٥٦٧٨` are `201012345678`. Undefined for what is no mobile number of the country and does not say another one by `+` or `00`.
 */
export function internationalNumber(written: string, country: PhoneCountry): string | undefined {
  const text = latinDigits(written).replaceAll(/[\s().\-/\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
  if (!/^\+?\d{6,20}$/.test(text)) return undefined;
  const plan = PLANS[country];
  const abroad = /^(?:\+|00)(\d+)$/.exec(text)?.[1];
  if (abroad !== undefined) {
    return abroad.startsWith(plan.code) ? withPlan(plan, abroad.slice(plan.code.length)) : elsewhere(abroad);
  }
  const home = withPlan(plan, text);
  return home ?? (text.startsWith(plan.code) ? withPlan(plan, text.slice(plan.code.length)) : undefined);
}

/** Also a number typed with both country and trunk, `+20 010...`, is meant. */
function withPlan({ code, trunk, mobile }: NumberPlan, digits: string): string | undefined {
  const bare = [digits, digits.slice(trunk.length)].find(
    (candidate, index) => mobile.test(candidate) && (index === 0 || digits.startsWith(trunk)),
  );
  return bare === undefined ? undefined : `${code}${bare}`;
}

/** E.164: at most fifteen digits; fewer than eight are no subscriber anywhere. */
function elsewhere(digits: string): string | undefined {
  return /^[1-9]\d{7,14}$/.test(digits) ? digits : undefined;
}

/** Arabic-Indic and Persian digits as Latin ones. */
function latinDigits(text: string): string {
  return text.replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}
