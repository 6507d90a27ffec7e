/** The JSON of a CNI plugin, as plugins read it. */

export type PluginConfig = Readonly<Record<string, unknown>>;

/** A place in a configuration: which plugin of its chain, and which key, of the plugin or of its IPAM; none: all of it. */
export interface ConfigPlace {
  readonly plugin?: number;
  readonly part?: 'ipam';
  readonly key?: string;
}

/**
 * The value with each key as `known` writes it: plugins are Go programs, whose JSON decoder takes `Master` for `master`.
 * A key that is there exactly wins.
 */
export function withKnownKeys(config: PluginConfig, known: readonly string[]): PluginConfig {
  const byLowerCase = new Map(known.map((key) => [key.toLowerCase(), key]));
  const entries = Object.entries(config).map(([key, value]) => {
    const meant = byLowerCase.get(key.toLowerCase());
    return [meant === undefined || Object.hasOwn(config, meant) ? key : meant, value] as const;
  });
  return Object.fromEntries(entries);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
}
