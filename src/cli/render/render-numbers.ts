import { formatAmount, type Unit } from '../../base/amounts.ts';

/** A count with thousands separated: `12,345`. */
export function renderCount(count: bigint | number): string {
  return separated(count.toString());
}

/** An amount with its unit's decimals and thousands separated: `7,680,093.76`. Without a known unit, its smallest parts. */
export function renderAmount(amount: bigint, unit: Unit | undefined): string {
  return separated(unit === undefined ? amount.toString() : formatAmount(amount, unit));
}

/** A text with thousands separated where it is a whole number; any other as it is. */
export function renderNumberText(text: string): string {
  return /^-?\d+$/.test(text) ? separated(text) : text;
}

/** Seconds as a person says them: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function renderSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes in the nearest binary unit: `512 B`, `1.5 MiB`. */
export function renderBytes(bytes: bigint): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

function separated(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
