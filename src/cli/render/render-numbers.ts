/** A count with thousands separated: `12,345`. */
export function renderCount(count: bigint | number): string {
  return count.toString().replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Seconds as a person says them: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function renderSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
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
