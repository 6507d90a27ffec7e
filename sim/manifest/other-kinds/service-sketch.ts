/** What the plan has to know of a Service, which no lab makes: to tell its ports from those of the pods behind it. */

export interface ServiceSketch {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly port: number;
    readonly protocol: string;
    /** Where none is written, the port itself. */
    readonly targetPort: number | string;
  }[];
}

/** As far as the object says it; null where it has no name. */
export function sketchOfService(value: Readonly<Record<string, unknown>>): ServiceSketch | null {
  const { name, namespace } = mapping(value['metadata']);
  const { selector, ports } = mapping(value['spec']);
  if (typeof name !== 'string') return null;
  const labels = Object.entries(mapping(selector)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return {
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
    name,
    selector: Object.fromEntries(labels),
    ports: (Array.isArray(ports) ? (ports as unknown[]) : []).flatMap((written) => {
      const { port, protocol, targetPort } = mapping(written);
      if (typeof port !== 'number') return [];
      const target = typeof targetPort === 'number' || typeof targetPort === 'string' ? targetPort : port;
      return [{ port, protocol: typeof protocol === 'string' ? protocol : 'TCP', targetPort: target }];
    }),
  };
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
