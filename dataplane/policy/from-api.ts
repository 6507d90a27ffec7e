/**
 * A networking.k8s.io/v1 NetworkPolicy object (parsed YAML or JSON) to a `NetworkPolicy` with the API's defaults.
 *
 * It reads what the API server would have stored: a value of the wrong type or an unknown enumeration value throws.
 * Diagnostics with positions, and rules about the form of names and labels, are the manifest phase's.
 */
import { parseCidr } from './address.ts';
import type {
  Direction,
  LabelSelector,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
  Position,
  Protocol,
} from './network-policy.ts';

/** What is wrong with an API object, and where in it: `spec.ingress[0].ports[0].port`. */
export class ApiObjectError extends Error {
  override readonly name = 'ApiObjectError';
  readonly path: string;

  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.path = path;
  }
}

export interface FromApiOptions {
  /** Namespace where the metadata name none. */
  readonly defaultNamespace?: string;
  /** Position of a path (`[]` is the whole object, `['spec', 'ingress', 0]` a rule). */
  readonly positionOf?: (path: readonly (string | number)[]) => Position | null;
}

/**
 * Converts one API object.
 * Defaults: namespace `default`, protocol TCP, policyTypes Ingress always and Egress where `egress` has rules;
 * `null` counts as missing, an empty `from`, `to` or `ports` as everything.
 * @throws ApiObjectError
 */
export function policyFromApi(object: unknown, options: FromApiOptions = {}): NetworkPolicy {
  const { defaultNamespace = 'default', positionOf = () => null } = options;
  const root = new Field(object, '');
  const spec = root.at('spec');
  const egress = rules(spec.at('egress'), 'to', 'egress', positionOf);
  const types = spec.at('policyTypes').items();
  return {
    namespace:
      root
        .at('metadata')
        .at('namespace')
        .optional((field) => field.text()) ?? defaultNamespace,
    name: root.at('metadata').at('name').text(),
    position: positionOf([]),
    podSelector: selector(spec.at('podSelector')),
    policyTypes:
      types.length > 0
        ? [...new Set(types.map((type) => DIRECTION[type.oneOf(['Ingress', 'Egress'])]))]
        : egress.length > 0
          ? ['ingress', 'egress']
          : ['ingress'],
    ingress: rules(spec.at('ingress'), 'from', 'ingress', positionOf),
    egress,
  };
}

const DIRECTION = { Ingress: 'ingress', Egress: 'egress' } as const satisfies Record<string, Direction>;
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const OPERATORS: readonly LabelSelector['matchExpressions'][number]['operator'][] = [
  'In',
  'NotIn',
  'Exists',
  'DoesNotExist',
];

function rules(
  list: Field,
  peersKey: 'from' | 'to',
  direction: Direction,
  positionOf: (path: readonly (string | number)[]) => Position | null,
): PolicyRule[] {
  return list.items().map((rule, index) => {
    rule.object();
    return {
      index,
      position: positionOf(['spec', direction, index]),
      peers: rule.at(peersKey).items().map(peer),
      ports: rule.at('ports').items().map(port),
    };
  });
}

function peer(field: Field): Peer {
  const block = field.at('ipBlock');
  const podSelector = field.at('podSelector').optional(selector);
  const namespaceSelector = field.at('namespaceSelector').optional(selector);
  if (!block.missing) {
    if (podSelector !== null || namespaceSelector !== null) block.fail('must not stand beside a selector');
    return { kind: 'ipBlock', cidr: cidr(block.at('cidr')), except: block.at('except').items().map(cidr) };
  }
  if (podSelector === null && namespaceSelector === null) {
    field.fail('must have one of podSelector, namespaceSelector, ipBlock');
  }
  return { kind: 'pods', podSelector, namespaceSelector };
}

function port(field: Field): PolicyPort {
  const endPort = field.at('endPort').optional((end) => end.port());
  const number = field.at('port').optional((value) => value.portOrName());
  if (endPort !== null && (typeof number !== 'number' || endPort < number)) {
    field.at('endPort').fail('needs a numeric port that is not greater');
  }
  return { protocol: field.at('protocol').optional((text) => text.oneOf(PROTOCOLS)) ?? 'TCP', port: number, endPort };
}

function selector(field: Field): LabelSelector {
  if (field.missing) field.fail('is required');
  return {
    matchLabels: Object.fromEntries(
      field
        .at('matchLabels')
        .entries()
        .map(([key, value]) => [key, value.text()]),
    ),
    matchExpressions: field
      .at('matchExpressions')
      .items()
      .map((requirement) => ({
        key: requirement.at('key').text(),
        operator: requirement.at('operator').oneOf(OPERATORS),
        values: requirement
          .at('values')
          .items()
          .map((value) => value.text()),
      })),
  };
}

function cidr(field: Field): string {
  const text = field.text();
  try {
    parseCidr(text);
  } catch {
    field.fail(`must be a CIDR, not ${JSON.stringify(text)}`);
  }
  return text;
}

/** A value with its path in the object. */
class Field {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  get missing(): boolean {
    return this.value === undefined || this.value === null;
  }

  at(key: string): Field {
    return new Field(this.missing ? undefined : this.object()[key], this.path === '' ? key : `${this.path}.${key}`);
  }

  optional<T>(read: (field: this) => T): T | null {
    return this.missing ? null : read(this);
  }

  object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      this.fail('must be an object');
    return this.value as Record<string, unknown>;
  }

  entries(): [string, Field][] {
    return this.missing ? [] : Object.keys(this.object()).map((key) => [key, this.at(key)]);
  }

  items(): Field[] {
    if (this.missing) return [];
    if (!Array.isArray(this.value)) this.fail('must be a list');
    return (this.value as unknown[]).map((item, i) => new Field(item, `${this.path}[${i}]`));
  }

  text(): string {
    if (typeof this.value !== 'string') this.fail('must be a string');
    return this.value;
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.fail(`must be one of ${choices.join(', ')}`);
  }

  port(): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65535) {
      this.fail('must be a port, 1-65535');
    }
    return value;
  }

  portOrName(): number | string {
    return typeof this.value === 'string' ? this.text() : this.port();
  }

  fail(message: string): never {
    throw new ApiObjectError(this.path === '' ? '.' : this.path, message);
  }
}
