/**
 * Right files of just below 16 MiB, one of each kind that is slow in its own way, and what `ipvlane check` takes of them:
 * `npm run bench:large -- FOLDER [--of WORD] [DIST ...]` writes them into FOLDER, and runs `DIST/ipvlane.js check` (`dist`
 * alone, or several by turns) of each. Seconds of a processor (user and system) and most memory are those of `/usr/bin/time`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_BYTES = 16 * 1024 * 1024 - 1;

interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly [field: string]: unknown;
}

const name = (prefix: string, i: number) => `${prefix}-${i}`;
const container = { name: 'c', image: 'i' };
const ATTACHED = { 'v1.multus-cni.io/default-network': 'kube-system/ipvlan-conf' };
const LIMITED = { 'kubernetes.io/egress-bandwidth': '100M' };
const env = Array.from({ length: 24 }, (_, i) => ({ name: `SETTING_${i}`, value: `value-of-setting-${i}` }));

const network: readonly Thing[] = [
  {
    apiVersion: 'spiderpool.spidernet.io/v2beta1',
    kind: 'SpiderMultusConfig',
    metadata: {
      name: 'ipvlan-conf',
      namespace: 'kube-system',
      annotations: { 'cni.spidernet.io/cniconfig-name': 'spidernet-chainer' },
    },
    spec: {
      cniType: 'ipvlan',
      ipvlan: { master: ['ens192'], ippools: { ipv4: ['v4'] } },
      chainCNIJsonData: ['{ "type": "cilium-cni" }'],
    },
  },
  {
    apiVersion: 'spiderpool.spidernet.io/v2beta1',
    kind: 'SpiderIPPool',
    metadata: { name: 'v4' },
    spec: { ipVersion: 4, ips: ['172.51.1.0-172.51.200.255'], subnet: '172.51.0.0/16' },
  },
];

const client: Thing = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'client', annotations: ATTACHED },
  spec: { containers: [container] },
};

const KINDS: Readonly<Record<string, (i: number) => Thing>> = {
  'small-pods': (i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: name('p', i), annotations: LIMITED },
    spec: { containers: [container] },
  }),
  pods: (i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: name('p', i), labels: { app: 'web' }, annotations: { ...ATTACHED, ...LIMITED } },
    spec: { nodeName: name('node', i % 200), containers: [{ ...container, env }] },
  }),
  annotated: (i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: name('p', i),
      annotations: Object.fromEntries(
        Array.from({ length: 340 }, (_, j) => [`example.com/note-${j}`, `value of note ${j}, ${i}`]),
      ),
    },
    spec: { containers: [container] },
  }),
  'no-replica': (i) => deployment(i, 0),
  'one-replica': (i) => deployment(i, 1),
  namespaces: (i) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: name('n', i), labels: { team: 'a' } } }),
  policies: (i) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: name('l', i) },
    spec: { podSelector: { matchLabels: { app: name('a', i) } }, policyTypes: ['Ingress'], ingress: [{}] },
  }),
  services: (i) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: name('s', i) },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  }),
  configs: (i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name('c', i) }, data: { a: 'b' } }),
};

function deployment(i: number, replicas: number): Thing {
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: name('d', i) },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/** Block style, as people and `kubectl get -o yaml` write it. */
function yaml(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []';
    return value.map((item) => `\n${indent}- ${yaml(item, `${indent}  `).trimStart()}`).join('');
  }
  if (typeof value !== 'object' || value === null) return ` ${scalar(value)}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return ' {}';
  return entries
    .map(([key, below]) => `\n${indent}${key}:${yaml(below, Array.isArray(below) ? indent : `${indent}  `)}`)
    .join('');
}

function scalar(value: unknown): string {
  return typeof value === 'string' && !/^[a-z][\w./-]*$/i.test(value) ? JSON.stringify(value) : String(value);
}

const document = (thing: Thing) => yaml(thing, '').trimStart();
const item = (thing: Thing) => `- ${yaml(thing, '  ').trimStart()}`;

interface Form {
  readonly extension: string;
  readonly before: string;
  readonly between: string;
  readonly after: string;
  readonly text: (thing: Thing) => string;
}

const FORMS: Readonly<Record<string, Form>> = {
  documents: { extension: 'yaml', before: '', between: '\n---\n', after: '\n', text: document },
  list: { extension: 'yaml', before: 'apiVersion: v1\nkind: List\nitems:\n', between: '\n', after: '\n', text: item },
  json: {
    extension: 'json',
    before: '{\n    "apiVersion": "v1",\n    "kind": "List",\n    "items": [\n',
    between: ',\n',
    after: '\n    ]\n}\n',
    text: (thing) => JSON.stringify(thing),
  },
};

/** As many as fit. */
function textOf({ before, between, after, text }: Form, one: (i: number) => Thing, most: number, room: number): string {
  const parts = [...network, client].map(text);
  let length = before.length + after.length + parts.join(between).length;
  for (let i = 0; i < most; i++) {
    const next = text(one(i));
    length += between.length + next.length;
    if (length > room) break;
    parts.push(next);
  }
  return before + parts.join(between) + after;
}

function write(folder: string, word: string): string[] {
  const paths: string[] = [];
  const put = (file: string, text: () => string) => {
    if (!file.includes(word)) return;
    const path = join(folder, file);
    writeFileSync(path, text());
    paths.push(path);
  };
  for (const [kind, one] of Object.entries(KINDS)) {
    for (const [form, how] of Object.entries(FORMS)) {
      const most = kind === 'pods' ? 9_700 : Number.POSITIVE_INFINITY;
      put(`${kind}-${form}.${how.extension}`, () => textOf(how, one, most, MOST_BYTES));
    }
  }
  const notes = Object.fromEntries(Array.from({ length: 360_000 }, (_, i) => [`example.com/note-${i}`, `value ${i}`]));
  const annotated = { ...client, metadata: { name: 'client', annotations: { ...ATTACHED, ...notes } } };
  put('one-pod.yaml', () => [...network, annotated].map(document).join('\n---\n'));
  put('one-config.yaml', () =>
    document({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'text '.repeat(3_300_000) } }),
  );
  return paths;
}

function measure(dist: string, path: string): string {
  const format = '%U %S %M';
  const { stderr, status } = spawnSync(
    '/usr/bin/time',
    ['-f', format, 'node', join(dist, 'ipvlane.js'), 'check', path],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  const [user = NaN, system = NaN, kibibytes = NaN] = (stderr.trimEnd().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return `${(user + system).toFixed(1)} s ${Math.round(kibibytes / 1024)} MiB, ended with ${status}`;
}

const [folder, ...others] = process.argv.slice(2);
if (folder === undefined) throw new Error('name a folder for the files');
const of = others.indexOf('--of');
const word = of === -1 ? '' : (others.splice(of, 2)[1] ?? '');
mkdirSync(folder, { recursive: true });
for (const path of write(folder, word)) {
  for (const dist of others.length === 0 ? ['dist'] : others)
    process.stdout.write(`${path} ${dist}: ${measure(dist, path)}\n`);
}
