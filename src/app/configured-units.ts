import type { Unit } from '../base/amounts.ts';
import type { App } from './app.ts';

/** The units of the configured systems by name, to write amounts with their decimals. */
export function configuredUnits(app: App): ReadonlyMap<string, Unit> {
  const units = app.systemNames.flatMap((name) => {
    const { descriptor, policy } = app.system(name);
    return descriptor.units(policy);
  });
  return new Map(units.map((unit) => [unit.name, unit]));
}
