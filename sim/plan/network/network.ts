/**
 * The networks that pods can attach to: NetworkAttachmentDefinitions as written, and those that Spiderpool makes of
 * SpiderMultusConfigs. Where both define one name, Spiderpool's wins, as its controller updates the other.
 */
import { objectKey } from '../cluster/cluster.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type {
  Located,
  Manifests,
  NetworkAttachmentDefinitionManifest,
  Path,
  SpiderMultusConfigManifest,
} from '../../manifest/manifests.ts';
import { CHAINER_NAME, CHAINER_PLUGIN, OLDER_CHAINER_NAME, readChain, whyNotEnforced, type Chain } from './chain.ts';
import { textOf, type ConfigPlace } from '../cni/plugin-config.ts';
import {
  makeNetworkAttachmentDefinition,
  placeOfPlugin,
  spiderAnnotations,
  wayInConfig,
  type CniConfig,
} from './spider-multus-config.ts';
import { multusConfigProblems } from '../spiderpool/multus-config-check.ts';

/** Ways in `source`: to what the chain was read from, to its name, to that of the master, to those of the pools. */
interface Paths {
  readonly path: Path;
  readonly namePath: Path;
  readonly masterPath: Path;
  readonly poolsPath: Path;
  /** To what a remark about the chain is about. */
  readonly pathOf: (place: ConfigPlace) => Path;
}

export interface Network extends Paths {
  /** `namespace/name`; null: the default network of pods that ask for none. */
  readonly key: string | null;
  /** null where it cannot be planned; `problem` then says why. */
  readonly chain: Chain | null;
  readonly problem: {
    readonly code: 'E411' | 'E425' | 'E430';
    readonly path: Path;
    readonly message: string;
    readonly help: string;
  } | null;
  /** Already refused at its own place: pods attached to it are no further mistake. */
  readonly refused: boolean;
  readonly config: CniConfig | null;
  readonly source: Located | null;
}

const DEFAULT_CONFIG: CniConfig = {
  cniVersion: '0.3.1',
  name: CHAINER_NAME,
  plugins: [{ type: 'ipvlan', ipam: { type: 'spiderpool' } }, { type: CHAINER_PLUGIN }, { type: 'coordinator' }],
};

function generatedPaths(manifest: SpiderMultusConfigManifest): Paths {
  const path = ['spec', 'chainCNIJsonData'];
  return {
    path,
    namePath: ['metadata', 'annotations', spiderAnnotations.cniName],
    masterPath: ['spec', 'ipvlan', 'master'],
    poolsPath: ['spec', 'ipvlan', 'ippools'],
    pathOf: (place) => (place.plugin === undefined ? path : placeOfPlugin(manifest, place)),
  };
}

/** Into the JSON of a configuration that is a text of the object. */
function writtenPaths(config: CniConfig | null): Paths {
  const path = ['spec', 'config'];
  if (config === null) return everywhere(path);
  const pathOf = (place: ConfigPlace): Path => [...path, ...wayInConfig(place, 'plugins' in config)];
  const plugins = Array.isArray(config['plugins']) ? (config['plugins'] as readonly CniConfig[]) : [config];
  const plugin = Math.max(
    0,
    plugins.findIndex((one) => textOf(one['type']) === 'ipvlan'),
  );
  return {
    path,
    pathOf,
    namePath: [...path, 'name'],
    masterPath: pathOf({ plugin, key: 'master' }),
    poolsPath: pathOf({ plugin, part: 'ipam' }),
  };
}

function everywhere(path: Path): Paths {
  return { path, namePath: path, masterPath: path, poolsPath: path, pathOf: () => path };
}

/** For pods without a Multus annotation: ipvlan on the node's first NIC, the cluster's default pools, enforced. */
export const defaultNetwork: Network = network(null, DEFAULT_CONFIG, null, everywhere([]));

/** Every network by `namespace/name`. */
export function readNetworks(manifests: Manifests, diagnostics: Collector): Map<string, Network> {
  const networks = new Map<string, Network>();
  for (const nad of manifests.networkAttachmentDefinitions) {
    const key = objectKey(nad);
    networks.set(key, network(key, named(nad), nad, writtenPaths(nad.spec.config)));
  }
  const nadsByName = new Map<string, NetworkAttachmentDefinitionManifest[]>();
  for (const nad of manifests.networkAttachmentDefinitions) {
    nadsByName.set(nad.name, [...(nadsByName.get(nad.name) ?? []), nad]);
  }
  const owners = new Map<string, SpiderMultusConfigManifest>();
  for (const multusConfig of manifests.spiderMultusConfigs) {
    const key = `${multusConfig.namespace}/${multusConfig.annotations[spiderAnnotations.networkName] ?? multusConfig.name}`;
    const problems = multusConfigProblems(multusConfig);
    for (const { path, message, help } of problems) {
      diagnostics.add('E420', multusConfig.spanOf(path), `SpiderMultusConfig ${key}: ${message}`, { help });
    }
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, multusConfig);
    else refuseSecondOwner(key, multusConfig, owner, diagnostics);
    const [first] = problems;
    const made =
      first === undefined ? makeNetworkAttachmentDefinition(multusConfig) : { kind: 'invalid' as const, ...first };
    if ('message' in made) {
      networks.set(key, {
        key,
        chain: null,
        problem: { code: 'E411', path: made.path, message: made.message, help: made.help },
        refused: made.kind === 'invalid',
        config: null,
        source: multusConfig,
        ...everywhere(made.path),
      });
      continue;
    }
    networks.set(key, network(key, made.config, multusConfig, generatedPaths(multusConfig)));
    for (const nad of nadsByName.get(made.name) ?? []) warnOfForeignTwin(nad, multusConfig, made, diagnostics);
  }
  return networks;
}

/** Warns at the network that pods on it are neither limited nor policed. */
export function warnNotEnforced({ key, config, source, path, namePath }: Network, diagnostics: Collector): void {
  if (config === null || source === null) return;
  const named = config['name'] === CHAINER_NAME;
  const older = config['name'] === OLDER_CHAINER_NAME;
  diagnostics.add(
    'W401',
    source.spanOf(named ? path : namePath),
    `nothing will be limited or policed on ${String(key)}: ${whyNotEnforced(config)}${older ? `; images of cilium-chaining from before November 2025 take part in \`${OLDER_CHAINER_NAME}\` and in no other` : ''}`,
    {
      help: named
        ? `add \`{ "type": "${CHAINER_PLUGIN}" }\` to the chain`
        : `name it \`${CHAINER_NAME}\` (annotation ${spiderAnnotations.cniName} of a SpiderMultusConfig); cilium-chaining takes part in no other chain`,
    },
  );
}

const PROBLEM_CODES = { invalid: 'E425', 'not-modelled': 'E411', fails: 'E430' } as const;

/** As Multus reads it: a configuration without a name has that of its NetworkAttachmentDefinition. */
function named({ name, spec: { config } }: NetworkAttachmentDefinitionManifest): CniConfig | null {
  return config === null || (config['name'] ?? '') !== '' ? config : { ...config, name };
}

function network(key: string | null, config: CniConfig | null, source: Located | null, paths: Paths): Network {
  const base = { key, config, source, ...paths, refused: false };
  if (config === null) {
    return {
      ...base,
      chain: null,
      problem: {
        code: 'E411',
        path: paths.path,
        message: 'has no configuration of its own and would be read from a file of the node',
        help: 'write the CNI configuration into the object',
      },
    };
  }
  const chain = readChain(config);
  if (!('problem' in chain)) return { ...base, chain, problem: null };
  return {
    ...base,
    chain: null,
    problem: {
      code: PROBLEM_CODES[chain.kind],
      path: paths.pathOf(chain),
      message: chain.problem,
      help:
        chain.help ??
        (chain.kind === 'invalid' ? 'correct the CNI configuration' : 'attach the pod to an ipvlan network'),
    },
  };
}

/** Annotation cr-name, or a name of its own, leads two SpiderMultusConfigs to one network. */
function refuseSecondOwner(
  key: string,
  second: SpiderMultusConfigManifest,
  first: SpiderMultusConfigManifest,
  diagnostics: Collector,
): void {
  diagnostics.add(
    'E420',
    second.spanOf(['metadata', 'name']),
    `the net-attach-def ${key} already exists and is managed by SpiderMultusConfig ${objectKey(first)}`,
    {
      help: `give one of them another name in annotation ${spiderAnnotations.networkName}`,
      related: [{ span: first.spanOf(['metadata', 'name']), message: 'the first that makes it' }],
    },
  );
}

/** The generated object shown in one namespace while its SpiderMultusConfig is in another: a copying mistake. */
function warnOfForeignTwin(
  nad: NetworkAttachmentDefinitionManifest,
  owner: Located & { readonly namespace: string; readonly name: string },
  made: { readonly namespace: string; readonly name: string; readonly config: CniConfig | null },
  diagnostics: Collector,
): void {
  if (nad.namespace === made.namespace) return;
  const copied =
    spiderAnnotations.cniName in nad.annotations || JSON.stringify(nad.spec.config) === JSON.stringify(made.config);
  if (!copied) return;
  diagnostics.add(
    'W404',
    nad.spanOf(['metadata', 'namespace']),
    `network ${objectKey(nad)} is in another namespace than the one Spiderpool generates: ${objectKey(made)}`,
    {
      help: `remove it: SpiderMultusConfig ${objectKey(owner)} makes the network of its own namespace`,
      related: [{ span: owner.spanOf(['metadata', 'name']), message: 'generated from here' }],
    },
  );
}
