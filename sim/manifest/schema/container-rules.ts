/**
 * What the API server refuses a pod for in fields that nothing here reads (validation of pkg/apis/core of Kubernetes 1.36):
 * amounts, volumes and their mounts, probes and hooks. Their shape is held to before (`fields/`).
 */
import { parseQuantityField, type Quantity } from '../../../dataplane/bandwidth/quantity.ts';
import { problem, type Refining } from '../check-schema.ts';
import { dnsLabelProblem, portNameProblem } from '../objects/names.ts';
import { isPortNumber } from '../objects/port-number.ts';

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

interface PodFields {
  readonly containers: readonly object[];
  readonly initContainers?: readonly object[] | undefined;
}

interface Mount {
  readonly name: string;
  readonly [path: string]: unknown;
}

/** `spec` is that of a pod, or of a template. */
export function refuseByContainers(spec: PodFields, context: Refining): void {
  const fields: Fields = { ...spec };
  refuseAmounts(fields['resources'], ['resources'], context);
  for (const [container, path, isInit] of containersOf(spec)) {
    refuseAmounts(container['resources'], [...path, 'resources'], context);
    refuseHandlers(container, path, isInit && container['restartPolicy'] !== 'Always', context);
  }
  refuseVolumes((fields['volumes'] ?? []) as readonly Fields[], context);
}

/**
 * A mount is of a volume of the pod, and has a path of its own (`ValidateVolumeMounts`, `ValidateVolumeDevices`).
 * @param claims volumes that the pod gets from elsewhere: of the claims of a StatefulSet
 */
export function refuseMounts(spec: PodFields, claims: readonly string[], context: Refining, base: Path = []): void {
  const { volumes = [] } = spec as { volumes?: readonly { readonly name: string }[] };
  const names = [...volumes.map(({ name }) => name), ...claims];
  for (const [container, path] of containersOf(spec)) {
    for (const [field, place] of [
      ['volumeMounts', 'mountPath'],
      ['volumeDevices', 'devicePath'],
    ] as const) {
      const mounts = (container[field] ?? []) as readonly Mount[];
      for (const [i, mount] of mounts.entries()) {
        const at = [...base, ...path, field, i];
        if (!names.includes(mount.name)) {
          const there = names.length === 0 ? 'the pod has no volume' : `its volumes are ${listed(names)}`;
          const help = `name a volume of the pod, or add it to \`volumes\`: ${there}`;
          problem(context, 'E227', [...at, 'name'], `the pod has no volume \`${mount.name}\``, help);
        }
        const first = mounts.findIndex((other) => other[place] === mount[place]);
        if (first === i) continue;
        const message = `${place} \`${String(mount[place])}\` must be unique: \`${mounts[first]?.name ?? ''}\` is there`;
        problem(context, 'E227', [...at, place], message, 'give each another path');
      }
    }
  }
}

function* containersOf({ containers, initContainers = [] }: PodFields): Generator<[Fields, Path, boolean]> {
  for (const [i, one] of containers.entries()) yield [{ ...one }, ['containers', i], false];
  for (const [i, one] of initContainers.entries()) yield [{ ...one }, ['initContainers', i], true];
}

type Amounts = Readonly<Record<string, string | number>>;

/** `ValidateResourceRequirements`. */
function refuseAmounts(resources: unknown, path: Path, context: Refining): void {
  const { limits = {}, requests = {} } = (resources ?? {}) as { limits?: Amounts; requests?: Amounts };
  for (const [field, amounts] of Object.entries({ limits, requests })) {
    for (const [name, text] of Object.entries(amounts)) {
      const amount = quantity(text);
      if (amount === null || amount.numerator >= 0n) continue;
      problem(context, 'E205', [...path, field, name], `${name} of ${text} must be at least 0`, 'write 0 or more');
    }
  }
  for (const [name, text] of Object.entries(requests)) {
    const at = [...path, 'requests', name];
    const limit = limits[name];
    const [asked, most] = [quantity(text), limit === undefined ? null : quantity(limit)];
    if (limit === undefined || asked === null || most === null) {
      if (limit !== undefined || mayBeOvercommitted(name)) continue;
      const message = `a limit must be set for ${name}, which cannot be overcommitted`;
      problem(context, 'E203', at, message, `add \`${name}: ${text}\` to \`limits\``);
      continue;
    }
    const over = difference(asked, most);
    const help = `write ${limit} at most here, or a higher limit`;
    if (over > 0n && mayBeOvercommitted(name)) {
      const message = `request of ${text} must be less than or equal to the ${name} limit of ${limit}`;
      problem(context, 'E205', at, message, help);
    } else if (over !== 0n && !mayBeOvercommitted(name)) {
      const message = `request of ${text} must be equal to the ${name} limit of ${limit}`;
      problem(context, 'E205', at, message, `write ${limit} here`);
    }
  }
}

/** `IsOvercommitAllowed`: what Kubernetes counts itself, but for huge pages. */
function mayBeOvercommitted(resource: string): boolean {
  return (!resource.includes('/') || resource.includes('kubernetes.io/')) && !resource.startsWith('hugepages-');
}

function quantity(text: string | number): Quantity | null {
  const parsed = parseQuantityField(String(text));
  return typeof parsed === 'string' ? null : parsed;
}

/** Its sign. */
function difference(one: Quantity, other: Quantity): bigint {
  return one.numerator * other.denominator - other.numerator * one.denominator;
}

/** `ValidateVolumes`; without a source a volume is an `emptyDir`. */
function refuseVolumes(volumes: readonly Fields[], context: Refining): void {
  const names = volumes.map(({ name }) => String(name));
  for (const [i, volume] of volumes.entries()) {
    const path = ['volumes', i];
    const name = names[i] ?? '';
    const wrong = dnsLabelProblem(name);
    if (wrong !== null) {
      problem(context, 'E208', [...path, 'name'], `\`${name}\` is not a volume name: it ${wrong}`);
    } else if (names.indexOf(name) !== i) {
      problem(context, 'E208', [...path, 'name'], `volume \`${name}\` is there already`, 'give each another name');
    }
    refuseSecond({ ...volume, name: undefined }, path, 'volume type', context);
    const { sources: projected = [] } = (volume['projected'] ?? {}) as { sources?: readonly Fields[] };
    for (const [j, source] of projected.entries()) {
      refuseSecond(source, [...path, 'projected', 'sources', j], 'volume type', context);
    }
  }
}

/** Of fields of which at most one may be there, the others. Gives how many there are. */
function refuseSecond(fields: Fields, path: Path, what: string, context: Refining): number {
  const [first, ...others] = Object.keys(fields).filter((name) => fields[name] !== undefined);
  for (const name of others) {
    const message = `may not specify more than 1 ${what}: \`${first ?? ''}\` is there beside \`${name}\``;
    problem(context, 'E223', [...path, name], message, `remove \`${first ?? ''}\` or \`${name}\``);
  }
  return first === undefined ? 0 : 1 + others.length;
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];

/** `validateProbe`, `validateLifecycle`; an init container that ends has none of these. */
function refuseHandlers(container: Fields, path: Path, isInit: boolean, context: Refining): void {
  if (isInit) {
    for (const field of [...PROBES, 'lifecycle']) {
      if (container[field] === undefined) continue;
      const message = `\`${field}\` may not be set for init containers without \`restartPolicy: Always\``;
      problem(context, 'E223', [...path, field], message, 'remove it, or make the container a sidecar');
    }
    return;
  }
  for (const field of PROBES) {
    const probe = container[field] as Fields | undefined;
    if (probe === undefined) continue;
    refuseHandler(probe, [...path, field], 'exec, httpGet, tcpSocket or grpc', context);
    const { successThreshold = 1 } = probe;
    if (field === 'readinessProbe' || successThreshold === 1 || successThreshold === 0) continue;
    const message = `\`successThreshold\` of \`${field}\` must be 1`;
    problem(context, 'E205', [...path, field, 'successThreshold'], message, 'write 1, or remove it');
  }
  const lifecycle = (container['lifecycle'] ?? {}) as Fields;
  for (const field of ['postStart', 'preStop']) {
    const hook = lifecycle[field] as Fields | undefined;
    if (hook !== undefined) {
      refuseHandler(hook, [...path, 'lifecycle', field], 'exec, httpGet, tcpSocket or sleep', context);
    }
  }
}

/** `validateHandler`: what is done is one thing, and to a port that there can be. */
function refuseHandler(holder: Fields, path: Path, kinds: string, context: Refining): void {
  const handlers = Object.fromEntries(HANDLERS.map((name) => [name, holder[name]]));
  if (refuseSecond(handlers, path, 'handler type', context) === 0) {
    const name = String(path.at(-1));
    problem(context, 'E203', path, `\`${name}\` must specify a handler type`, `add one of ${kinds}`);
  }
  const { exec, httpGet } = handlers as { exec?: Fields; httpGet?: Fields };
  if (exec !== undefined && ((exec['command'] ?? []) as readonly string[]).length === 0) {
    problem(context, 'E203', [...path, 'exec'], 'missing field `command` in `exec`', 'add `command`, a list');
  }
  for (const name of ['httpGet', 'tcpSocket', 'grpc']) {
    const action = handlers[name] as Fields | undefined;
    if (action !== undefined) refusePort(action['port'], name, [...path, name], context);
  }
  const scheme = httpGet?.['scheme'] ?? '';
  if (!['', 'HTTP', 'HTTPS'].includes(scheme as string)) {
    const message = `\`scheme\` must be \`HTTP\` or \`HTTPS\`, not \`${wordsOf(scheme)}\``;
    problem(context, 'E204', [...path, 'httpGet', 'scheme'], message, 'write `HTTP` or `HTTPS`');
  }
}

/** A number, or the name of one; of grpc a number alone. */
function refusePort(port: unknown, action: string, path: Path, context: Refining): void {
  const at = [...path, 'port'];
  if (port === undefined) {
    problem(context, 'E203', path, `missing field \`port\` in \`${action}\``, 'add `port`, a number from 1 to 65535');
  } else if (typeof port === 'string' && action !== 'grpc') {
    const wrong = portNameProblem(port);
    const help = /^\d+$/.test(port) ? `write it without quotes: ${port}` : 'write a number, or the name of a port';
    if (wrong !== null) problem(context, 'E211', at, `\`${port}\` is no port: it ${wrong}`, help);
  } else if (typeof port !== 'number' || !Number.isInteger(port)) {
    problem(context, 'E202', at, `\`port\` must be a number, not \`${wordsOf(port)}\``, 'write a number');
  } else if (!isPortNumber(port)) {
    problem(context, 'E205', at, `port ${port} must be between 1 and 65535, inclusive`, 'write such a number');
  }
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `\`${name}\``).join(', ');
}
