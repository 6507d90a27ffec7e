import { describe, expect, test, vi } from 'vitest';
import { renderText } from '../diagnostics/render-text.ts';
import { memoryFiles } from './finding/memory-files.ts';
import { warnOfUndeclaredNamespaces } from './objects/object-set.ts';
import { readManifests } from './read-manifests.ts';
import { Reading } from './reading.ts';
import { largestFile, readText } from './finding/source-text.ts';
import { Collector } from '../diagnostics/collector.ts';

const read = (contents: Record<string, string | Uint8Array>, paths = ['.']) => {
  const { manifests, diagnostics } = readManifests(paths, memoryFiles(contents));
  const sources = new Map(manifests.files.map(({ file, text }) => [file, text]));
  const said = renderText(diagnostics, { sourceOf: (file) => sources.get(file), colour: false });
  return { manifests, diagnostics, said, codes: diagnostics.map((d) => d.code) };
};

const pod = (name: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}${more} }\nspec: { containers: [ { name: c, image: i } ] }\n`;
const policy = (name: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name} }\nspec: { podSelector: {} }\n`;
const scenario = (spec: string, name = 's') =>
  `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: ${name} }\nspec:\n${spec.replace(/^/gm, '  ')}\n`;

const POOL =
  'apiVersion: spiderpool.spidernet.io/v2beta1\nkind: SpiderIPPool\nmetadata: { name: p }\nspec: { subnet: 10.0.0.0/24 }\n';

describe('what is read', () => {
  test('a folder is read as kubectl does: by name, its manifests only, not the folders inside it', () => {
    const { manifests, codes } = read(
      {
        'd/b.yaml': pod('b'),
        'd/a.yml': pod('a'),
        'd/c.json': '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}}',
        'd/README.md': 'x: [',
        'd/in/x.yaml': pod('x'),
      },
      ['./d/'],
    );
    expect(codes).toEqual([]);
    expect(manifests.pods.map((p) => p.name)).toEqual(['a', 'b']);
    expect(manifests.namespaces.map((n) => n.name)).toEqual(['n']);
    expect(manifests.files.map((f) => f.file)).toEqual(['d/a.yml', 'd/b.yaml', 'd/c.json']);
  });

  test('several documents and a List are several objects, each with its positions', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: l1 }\n  spec: { containers: [ { name: c, image: i } ] }\n`;
    const { manifests } = read({ 'a.yaml': `${pod('a')}---\n${pod('b')}---\n${list}` });
    expect(manifests.pods.map((p) => p.name)).toEqual(['a', 'b', 'l1']);
    expect(manifests.pods.map((p) => p.spanOf(['metadata', 'name']).line)).toEqual([3, 8, 16]);
  });

  test('a list inside of a list is refused, as kubectl refuses it, whatever it lists', () => {
    const inner = (kind: string) =>
      `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ${kind}, items: [ ] }\n`;
    for (const kind of ['List', 'PodList'])
      expect(read({ 'a.yaml': inner(kind) }).said).toMatch(/^a.yaml:4:.* error\[E110\]: a list inside a list/);
  });

  test.each([
    ['a table', 'kind: Table\napiVersion: meta.k8s.io/v1\nrows: []\n', 'E110', 'the objects are not in it'],
    ['an event', 'type: ADDED\nobject: { apiVersion: v1, kind: Pod }\n', 'E110', 'an event of a watch'],
    [
      'an answer',
      'apiVersion: v1\nkind: Status\nstatus: Failure\nmessage: gone\n',
      'E110',
      '(Failure), and no object: gone',
    ],
    ['a list of nothing', 'apiVersion: v1\nkind: List\nitems: []\n', 'E109', 'a list without a single object'],
    ['a list without items', 'apiVersion: v1\nkind: List\n', 'E110', 'a List without `items`'],
    ['a kustomization', 'resources: [ a.yaml ]\n', 'E110', 'a kustomization'],
    [
      'a kustomization with its kind',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [ a.yaml ]\n',
      'E110',
      'a kustomization',
    ],
    [
      'a component of kustomizations',
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
      'E110',
      'a kustomization',
    ],
  ])('what is printed, and is no manifest, is one error that says what it is: %s', (_, text, code, words) => {
    const { diagnostics } = read({ 'a.yaml': text });
    expect(diagnostics).toMatchObject([{ code, message: expect.stringContaining(words) as string }]);
  });

  test('a space of typesetting in a label is named, and no template is seen in a list for a key', () => {
    const labelled = (labels: string) => pod('a').replace('name: a', `name: a, labels: ${labels}`);
    expect(read({ 'a.yaml': labelled('{app:\u00a0web}') }).said).toMatch(/E209.*U\+00A0/);
    expect(read({ 'a.yaml': labelled('{app: "we\u200bb"}') }).said).toMatch(/E209.*U\+200B/);
    const helpOf = (text: string) => readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text })).diagnostics[0]!.help;
    expect(helpOf(labelled('{[a]: b}'))).not.toContain('Helm');
    expect(helpOf(labelled('{ {{ .Values.name }}: b }'))).toContain('helm');
  });

  test('a file named twice is read once', () => {
    expect(read({ 'a.yaml': pod('a') }, ['a.yaml', '.', './a.yaml']).manifests.pods).toHaveLength(1);
  });

  test('text stays as it was written', () => {
    const { manifests } = read({ 'a.yaml': pod('a', ', annotations: { kubernetes.io/egress-bandwidth: 100M }') });
    expect(manifests.pods[0]!.annotations).toEqual({ 'kubernetes.io/egress-bandwidth': '100M' });
  });

  test('workloads of all kinds give their pod template and how many they want', () => {
    const template = 'template: { metadata: { labels: { a: b } }, spec: { containers: [ { name: c, image: i } ] } }';
    const ending = template.replace('{ containers', '{ restartPolicy: Never, containers');
    const select = 'selector: { matchLabels: { a: b } }';
    const workload = (api: string, kind: string, spec: string) =>
      `apiVersion: ${api}\nkind: ${kind}\nmetadata: { name: ${kind.toLowerCase()} }\nspec: { ${spec} }\n`;
    const { manifests, said } = read({
      'a.yaml': [
        workload('apps/v1', 'Deployment', `replicas: 2, ${select}, ${template}`),
        workload('apps/v1', 'ReplicaSet', `${select}, ${template}`),
        workload('apps/v1', 'StatefulSet', `replicas: 3, ordinals: { start: 5 }, ${select}, ${template}`),
        workload('apps/v1', 'DaemonSet', `${select}, ${template}`),
        workload('batch/v1', 'Job', `parallelism: 4, completions: 2, ${ending}`),
        workload('batch/v1', 'CronJob', `schedule: "* * * * *", jobTemplate: { spec: { parallelism: 6, ${ending} } }`),
        workload('v1', 'ReplicationController', `replicas: 0, selector: { a: b }, ${template}`),
      ].join('---\n'),
    });
    expect(said).toBe('');
    expect(
      manifests.workloads.map(({ kind, spec: { replicas, completions, ordinalStart } }) => [
        kind,
        replicas,
        completions,
        ordinalStart,
      ]),
    ).toEqual([
      ['Deployment', 2, null, null],
      ['ReplicaSet', null, null, null],
      ['StatefulSet', 3, null, 5],
      ['DaemonSet', null, null, null],
      ['Job', 4, 2, null],
      ['CronJob', 6, null, null],
      ['ReplicationController', 0, null, null],
    ]);
    for (const { file, kind, spec, spanOf } of manifests.workloads) {
      const { offset, length } = spanOf(spec.templatePath);
      const { text } = manifests.files.find((f) => f.file === file)!;
      expect(text.slice(offset, offset + length)).toBe(
        (kind.endsWith('Job') ? ending : template).slice('template: '.length),
      );
      expect(spec.template.labels).toEqual({ a: 'b' });
    }
  });
});

describe('what cannot be read', () => {
  test.each<[string, Record<string, string | Uint8Array>, string[], string]>([
    [
      'a missing file',
      { 'deployment.yaml': pod('a') },
      ['deploymnet.yaml'],
      'error[E101]: deploymnet.yaml does not exist\n  help: did you mean `deployment.yaml`?',
    ],
    ['an empty file', { 'a.yaml': '' }, ['a.yaml'], 'a.yaml:1:1: error[E103]: a.yaml holds no object'],
    ['a file of comments', { 'a.yaml': '# later\n---\n' }, ['a.yaml'], 'error[E103]'],
    [
      'a binary file',
      { 'a.yaml': new Uint8Array([107, 0, 1]) },
      ['a.yaml'],
      'error[E104]: a.yaml is a binary file: it has a NUL byte at offset 1',
    ],
    [
      'a file whose name moves the cursor',
      { 'a\u001b[2J.yaml': pod('a') },
      ['a\u001b[2J.yaml'],
      'error[E125]: the name `a\ufffd[2J.yaml` has a letter that would change how lines around it are read: U+001B',
    ],
    ['a folder without manifests', { 'd/x.txt': '' }, ['d'], 'error[E109]: d holds no .yaml, .yml or .json file'],
    ['text', { 'a.yaml': 'hello' }, ['a.yaml'], 'a.yaml:1:1: error[E110]'],
    [
      'an object without a kind',
      { 'a.yaml': 'apiVersion: v1\nKind: Pod\n' },
      ['a.yaml'],
      'help: rename `Kind` to `kind`',
    ],
  ])('%s', (_, contents, paths, words) => {
    const { said, manifests } = read(contents, paths);
    expect(said).toContain(words);
    expect(manifests.pods).toEqual([]);
  });

  test('a file is refused only where the memory cannot hold it', () => {
    const files = memoryFiles({ 'a.yaml': '#'.repeat(1000) });
    const tooLarge = new Collector();
    expect(readText('a.yaml', files, tooLarge, 7999)).toBeNull();
    expect(tooLarge.sorted()).toMatchObject([{ code: 'E105' }]);
    expect(readText('a.yaml', files, new Collector(), 8000)).toHaveLength(1000);
    expect(largestFile(2 ** 40)).toBeLessThan(2 ** 29);
  });

  test('a stream of nine mebibytes is read', () => {
    const filler = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  a: |\n';
    const text = `${filler}${`    ${'x'.repeat(1000)}\n`.repeat(9400)}---\n${pod('a')}`;
    expect(text.length).toBeGreaterThan(9 * 1024 * 1024);
    const { manifests, diagnostics } = read({ 'a.yaml': text });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(manifests.pods.map((p) => p.spanOf(['metadata', 'name']).line)).toEqual([9409]);
  });

  test.each([
    ['UTF-16, little end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-8 with its mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['lines that end as on Windows', (text: string) => Buffer.from(text.replace(/\n/g, '\r\n'))],
  ])('%s is read as it is', (_, encode) => {
    const { manifests, codes } = read({ 'a.yaml': new Uint8Array(encode(pod('a'))) });
    expect(codes).toEqual([]);
    expect(manifests.pods.map((p) => [p.name, p.spanOf(['metadata', 'name'])])).toMatchObject([
      ['a', { line: 3, column: 19 }],
    ]);
  });

  test('another encoding is read with a warning, as kubectl reads it', () => {
    const text = new Uint8Array(Buffer.from(`# caf\xe9\n${pod('a')}`, 'latin1'));
    const { manifests, diagnostics } = read({ 'a.yaml': text });
    expect(manifests.pods).toHaveLength(1);
    expect(diagnostics).toMatchObject([
      { code: 'W206', message: expect.stringContaining('first in line 1') as unknown },
    ]);
  });

  test('a file that may not be read', () => {
    const files = memoryFiles({ 'a.yaml': pod('a') });
    const read = () => {
      throw Object.assign(new Error('x'), { code: 'EACCES' });
    };
    expect(readManifests(['a.yaml'], { ...files, read }).diagnostics).toMatchObject([
      { code: 'E102', message: 'a.yaml cannot be read: EACCES' },
    ]);
  });

  test('a file with nothing but a Service is no error', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n';
    expect(read({ 'a.yaml': text }).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('an empty file in a folder is not worth a word, as charts render them', () => {
    expect(read({ 'd/a.yaml': pod('a'), 'd/b.yaml': '---\n# Source: b\n' }, ['d']).codes).toEqual([]);
  });

  test('all mistakes at once, by file and position', () => {
    const { diagnostics } = read({
      'b.yaml': pod('B'),
      'a.yaml': `${pod('a', ', nmespace: x')}---\n${pod('_')}`,
      'c.yaml': 'x: [',
    });
    expect(diagnostics.map((d) => `${d.span!.file}:${d.span!.line} ${d.code}`)).toEqual([
      'a.yaml:3 E201',
      'a.yaml:8 E208',
      'b.yaml:3 E208',
      'c.yaml:1 E106',
    ]);
  });
});

describe('the set of objects', () => {
  test('a second Pod of one name that is another one is refused, with the place of the first', () => {
    const { diagnostics } = read({ 'a.yaml': pod('web'), 'b.yaml': pod('web').replace('name: c', 'name: d') });
    expect(diagnostics).toMatchObject([
      {
        code: 'E303',
        message: 'a second Pod named `default/web`, which is another one',
        span: { file: 'b.yaml', line: 3 },
        related: [{ span: { file: 'a.yaml' } }],
      },
    ]);
  });

  test('the same object twice is one', () => {
    const { manifests, codes } = read({ 'a.yaml': pod('web'), 'b.yaml': pod('web') });
    expect(codes).toEqual([]);
    expect(manifests.pods).toHaveLength(1);
  });

  test('of two policies of one name the later holds, and that is said', () => {
    const second = policy('p').replace('{ podSelector: {} }', '{ podSelector: { matchLabels: { a: b } } }');
    const { manifests, codes } = read({ 'a.yaml': `${policy('p')}---\n${second}` });
    expect(codes).toEqual(['W204']);
    expect(manifests.networkPolicies.map(({ spec }) => spec.podSelector)).toEqual([{ matchLabels: { a: 'b' } }]);
  });

  test('a policy without a spec, or with one of nothing, selects all pods', () => {
    const bare = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a }\n';
    const { manifests, codes } = read({ 'a.yaml': `${bare}---\n${bare.replace('name: a', 'name: b')}spec:\n` });
    expect(codes).toEqual([]);
    expect(manifests.networkPolicies.map(({ spec }) => spec)).toEqual([{ podSelector: {} }, { podSelector: {} }]);
  });

  test('a namespace of no letters is the default one', () => {
    expect(read({ 'a.yaml': pod('a', ', namespace: ""') }).manifests.pods[0]).toMatchObject({ namespace: 'default' });
  });

  test('names are generated, each another one, and the same every time', () => {
    const two = { 'a.yaml': `${pod('x')}---\n${pod('x')}`.replaceAll('name: x', 'generateName: x-') };
    const names = read(two).manifests.pods.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(read(two).manifests.pods.map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ['List', 'v1', 'apiVersion: v1\n  kind: Pod\n  '],
    ['PodList', 'v1', ''],
    ['PodList', 'v1', 'apiVersion: v1\n  kind: Pod\n  '],
  ])('a %s of %s gives its items', (kind, apiVersion, head) => {
    const item = `- ${head}metadata: { name: l1 }\n  spec: { containers: [ { name: c, image: i } ] }\n`;
    const { manifests, codes } = read({ 'a.yaml': `apiVersion: ${apiVersion}\nkind: ${kind}\nitems:\n${item}` });
    expect(codes).toEqual([]);
    expect(manifests.pods.map((p) => [p.name, p.spanOf(['metadata', 'name']).offset > 0])).toEqual([['l1', true]]);
  });

  test('items of a typed list are of its kind and version', () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n- metadata: { name: p }\n  spec: { podSelector: {} }\n';
    expect(read({ 'a.yaml': text }).manifests.networkPolicies.map(({ name }) => name)).toEqual(['p']);
  });

  test('objects of JSON, one after the other', () => {
    const json = (name: string) =>
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"},"spec":{"containers":[{"name":"c","image":"i"}]}}\n`;
    const { manifests, codes } = read({ 'a.json': json('a') + json('b') });
    expect(codes).toEqual([]);
    expect(manifests.pods.map((p) => [p.name, p.spanOf(['metadata', 'name']).line])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  test('a quoted JSON that ends at the left margin', () => {
    const text = `apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: { name: direct }\nspec:\n  config: '{\n    "cniVersion": "0.3.1",\n    "type": "ipvlan"\n}'\n`;
    const { manifests, codes } = read({ 'a.yaml': text });
    expect(codes).toEqual([]);
    expect(manifests.networkAttachmentDefinitions[0]!.spec.config).toMatchObject({ type: 'ipvlan' });
  });

  test('a number with a zero before it counts in eights, as in the cluster, and that is said', () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  replicas: 010\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [ { name: c, image: i, ports: [ { containerPort: 0120 } ] } ] }\n`;
    const { manifests, diagnostics } = read({ 'a.yaml': text });
    expect(manifests.workloads[0]!.spec).toMatchObject({
      replicas: 8,
      template: { spec: { containers: [{ ports: [{ containerPort: 80 }] }] } },
    });
    expect(diagnostics).toMatchObject([
      { code: 'W203', message: '`010` is the number 8 here: manifests are read as YAML 1.1' },
      { code: 'W203', span: { line: 9 } },
    ]);
  });

  test('a truth value where text is meant is shown as it was written', () => {
    const { said } = read({ 'a.yaml': pod('a', ', annotations: { a: yes }') });
    expect(said).toContain('must be text, not true (`yes` in YAML 1.1)');
    expect(said).toContain('quote it: "yes"');
  });

  test('a template is one error', () => {
    const chart = `{{- if .Values.on }}\n${pod('{{ .Values.name }}')}{{- end }}\n`.repeat(50);
    const named = pod('"{{ .Release.Name }}-web"');
    const { diagnostics } = read({ 'a.yaml': chart, 'b.yaml': named.repeat(1) });
    expect(diagnostics.map(({ code, span }) => [code, span?.file, span?.line])).toEqual([
      ['E113', 'a.yaml', 1],
      ['E113', 'b.yaml', 3],
    ]);
  });

  test('texts with braces in what is no template are left alone', () => {
    const rules = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  a: "{{ .Values.x }}"\n---\n`;
    expect(read({ 'a.yaml': rules + pod('a') }).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(read({ 'a.yaml': rules + pod('B') }).codes).toContain('E208');
  });

  test('one name in two namespaces, or of two kinds, is fine', () => {
    const { codes } = read({
      'a.yaml': `${pod('web')}---\n${pod('web', ', namespace: kube-system')}---\n${policy('web')}`,
    });
    expect(codes).toEqual([]);
  });

  test('a namespace that nobody declares is made, and named once', () => {
    const { said, codes } = read({
      'a.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n${pod('a', ', namespace: shpo')}---\n${pod('b', ', namespace: shpo')}`,
    });
    expect(codes).toEqual(['W302']);
    expect(said).toContain('did you mean `shop`?');
  });

  test.each([
    ['v1', 'Service', 'W303'],
    ['apps/v1', 'Deploymnet', 'E315'],
    ['crd.projectcalico.org/v1', 'NetworkPolicy', 'E314'],
    ['extensions/v1beta1', 'Deployment', 'E207'],
    ['app/v1', 'Deployment', 'E207'],
    ['spiderpool.spidernet.io/v1', 'SpiderIPPool', 'E207'],
  ])('%s %s: %s', (apiVersion, kind, code) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n---\n${pod('a')}`;
    expect(read({ 'a.yaml': text }).codes).toEqual([code]);
  });

  test('host bits of an ipBlock are allowed, and worth a warning', () => {
    const text = policy('p').replace(
      '{ podSelector: {} }',
      '{ podSelector: {}, ingress: [ { from: [ { ipBlock: { cidr: 10.1.2.3/8 } } ] } ] }',
    );
    expect(read({ 'a.yaml': text }).said).toContain(
      'warning[W201]: `10.1.2.3/8` has host bits: it means 10.0.0.0/8, and from Kubernetes 1.36 on a new one is refused',
    );
  });
});

describe('a Scenario', () => {
  const files = {
    's/scenario.yaml': scenario('timeline: [ { apply: [ later.yaml ] } ]'),
    's/pods.yaml': pod('a'),
    's/now.yaml': policy('now'),
    's/later.yaml': policy('later'),
  };

  test.each([[['s/scenario.yaml']], [['s']], [['s/scenario.yaml', 's/pods.yaml']]])(
    'given as %j brings in its folder; what a step applies is not in force from the beginning',
    (paths) => {
      const { manifests, codes } = read(files, paths);
      expect(codes).toEqual([]);
      expect(manifests.pods.map((p) => p.name)).toEqual(['a']);
      expect(manifests.networkPolicies.map((p) => p.name)).toEqual(['now']);
      expect(manifests.scenario!.spec.timeline).toMatchObject([
        { verb: 'apply', objects: { networkPolicies: [{ name: 'later', file: 's/later.yaml' }] } },
      ]);
    },
  );

  test('names other places in spec.manifests, relative to itself', () => {
    const { manifests } = read(
      {
        's/a.yaml': scenario('manifests: [ ../base, more.yaml ]'),
        'base/p.yaml': pod('p'),
        's/more.yaml': pod('q'),
        's/no.yaml': pod('n'),
      },
      ['s/a.yaml'],
    );
    expect(manifests.pods.map((p) => p.name)).toEqual(['p', 'q']);
  });

  test.each([
    ['manifests: [ nope.yaml ]', 'E101', 'nope.yaml'],
    ['timeline: [ { apply: [ nope.yaml ] } ]', 'E307', 'nope.yaml'],
    ['timeline: [ { apply: [ pool.yaml ] } ]', 'E308', 'SpiderIPPool'],
    ['underlay: { trace: nope.trace }', 'E307', 'nope.trace'],
    ['timeline: [ { underlay: { trace: bad.trace } } ]', 'E221', '-7'],
  ])('%s is refused where it says so', (spec, code, at) => {
    const { diagnostics, manifests } = read(
      { 'scenario.yaml': scenario(spec), 'pods.yaml': pod('a'), 'pool.yaml': POOL, 'bad.trace': '1\n-7\n' },
      ['scenario.yaml', 'pods.yaml'],
    );
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
    const { file, offset, length } = diagnostics[0]!.span!;
    expect(manifests.files.find((f) => f.file === file)!.text.slice(offset, offset + length)).toBe(at);
  });

  test('there is one in a run', () => {
    const { diagnostics } = read({
      'a.yaml': scenario('{}', 'one'),
      'b.yaml': scenario('{}', 'two'),
      'c.yaml': pod('p'),
    });
    expect(diagnostics).toMatchObject([
      { code: 'E309', span: { file: 'b.yaml' }, related: [{ span: { file: 'a.yaml' } }] },
    ]);
  });

  test('several may share the manifests of a folder: the one that is named asks, and no file that another applies is there', () => {
    const { manifests, codes } = read(
      {
        'd/a.yaml': scenario('{}', 'one'),
        'd/b.yaml': scenario('timeline: [ { apply: [ later.yaml ] } ]', 'two'),
        'd/c.yaml': pod('p'),
        'd/later.yaml': policy('later'),
      },
      ['d/a.yaml'],
    );
    expect(codes).toEqual([]);
    expect(manifests.scenario?.name).toBe('one');
    expect(manifests.pods.map(({ name }) => name)).toEqual(['p']);
    expect(manifests.networkPolicies).toEqual([]);
  });

  test('durations, parties, ports and expectations come parsed', () => {
    const { manifests, said } = read({
      'pods.yaml': pod('a'),
      'scenario.yaml': scenario(
        [
          'underlay: { rate: 10G, delay: 100us }',
          'timeline:',
          '- { name: first, traffic: [ { from: "a[1]", to: "host:h", duration: 1.5s, rate: 50M, ping: true } ], expect: [ error_pct within 3 ] }',
          '- { probe: [ { from: [ shop/a, "node:n" ], to: a, ports: [ TCP/80, ICMP ], expect: denied } ], timeout: 500ms }',
          '- { delete: [ p, shop/q ] }',
          '- sleep: 2s',
        ].join('\n'),
      ),
    });
    expect(said).toBe('');
    expect(manifests.scenario!.spec).toMatchObject({
      nodes: null,
      underlay: { rateBps: 10e9, delayNs: 100_000, mtu: null },
      timeline: [
        {
          name: 'first',
          verb: 'traffic',
          flows: [
            {
              from: [{ kind: 'pod', name: 'a', replica: 1 }],
              to: [{ kind: 'host', name: 'h' }],
              durationNs: 1.5e9,
              rateBps: 50e6,
              ping: true,
            },
          ],
          expect: [{ metric: 'error_pct' }],
        },
        {
          verb: 'probe',
          timeoutNs: 5e8,
          probes: [
            {
              from: [{ namespace: 'shop', name: 'a', replica: null }, { kind: 'node' }],
              ports: [
                { protocol: 'TCP', port: 80 },
                { protocol: 'ICMP', port: 0 },
              ],
              expect: 'denied',
            },
          ],
        },
        {
          verb: 'delete',
          targets: [
            { kind: 'NetworkPolicy', namespace: 'default', name: 'p' },
            { kind: 'NetworkPolicy', namespace: 'shop', name: 'q' },
          ],
        },
        { verb: 'sleep', durationNs: 2e9 },
      ],
    });
  });

  test('a step inside of another is told the verbs that it may have', () => {
    const helpOf = (step: string) => read({ 's.yaml': scenario(`timeline:\n${step}`) }).diagnostics[0]!.help;
    expect(helpOf('- name: idle')).toMatch(/sleep, steps$/);
    expect(helpOf('- { repeat: 2, steps: [ { name: idle } ] }')).toMatch(/sleep$/);
  });

  test.each([
    ['- dance: 1', 'E201', 'dance'],
    ['- name: idle', 'E218', 'name: idle'],
    ['- { sleep: 1s, wait: {} }', 'E218', 'sleep'],
    ['- { sleep: 1s, every: 2s }', 'E218', 'every'],
    ['- { sleep: 1s, repeat: 1 }', 'E205', '1'],
    ['- { repeat: 11, steps: [ { sleep: 1s, repeat: 1000 } ] }', 'E218', 'timeline'],
    ['- { steps: [ { steps: [ { sleep: 1s } ] } ] }', 'E201', 'steps'],
    ['- { sleep: 1s, expect: [ drops == 0 ] }', 'E218', 'expect'],
    ['- sleep: 5', 'E202', '5'],
    ['- sleep: 5 s', 'E215', '5 s'],
    ['- sleep: 0s', 'E215', '0s'],
    ['- traffic: [ { from: "a b", to: a } ]', 'E216', '"a b"'],
    ['- traffic: [ { from: a, to: b, protocol: UDP, rate: 1M, ecn: true } ]', 'E201', 'ecn'],
    ['- traffic: [ { from: a, to: b, generator: iperf3, requests: {} } ]', 'E201', 'requests'],
    ['- traffic: [ { from: a, to: b, rate: 1M, requests: {} } ]', 'E201', 'rate'],
    ['- traffic: [ { from: a, to: b, bytes: 1M, requests: {} } ]', 'E201', 'bytes'],
    ['- traffic: [ { from: a, to: b, bytes: 1M, protocol: UDP, rate: 1M } ]', 'E201', 'bytes'],
    ['- traffic: [ { from: a, to: b, bytes: 1M, generator: iperf3 } ]', 'E201', 'bytes'],
    ['- traffic: [ { from: a, to: b, bytes: 10MB } ]', 'E224', '10MB'],
    ['- traffic: [ { from: a, to: b, rate: "50" } ]', 'E410', '"50"'],
    ['- underlay: { rate: 10MM }', 'E410', '10MM'],
    ['- underlay: { links: [ { of: "host:a", up: { rate: 1MM } } ] }', 'E410', '1MM'],
    ['- traffic: [ { from: a, to: b, sendBuffer: 64KB } ]', 'E224', '64KB'],
    ['- traffic: [ { from: a, to: b, sendBuffer: 64Ki, generator: iperf3 } ]', 'E201', 'sendBuffer'],
    ['- traffic: [ { from: a, to: b, receiveBuffer: 64Ki, requests: { connection: new } } ]', 'E201', 'receiveBuffer'],
    ['- traffic: [ { from: a, to: b, bytes: 0 } ]', 'E224', '0'],
    ['- traffic: [ { from: a, to: b, requests: { reply: 0 } } ]', 'E224', '0'],
    ['- traffic: [ { from: a, to: b, requests: { bytes: 1.5 } } ]', 'E224', '1.5'],
    ['- traffic: [ { from: a, to: b, requests: { connection: fresh } } ]', 'E204', 'fresh'],
    ['- traffic: [ { from: a, to: b, connection: new } ]', 'E201', 'connection'],
    ['- traffic: [ { from: a, to: b, requests: { every: 5 } } ]', 'E202', '5'],
    ['- traffic: [ { from: a, to: b, requests: { every: 0ms } } ]', 'E215', '0ms'],
    ['- traffic: [ { from: [ a, "host:" ], to: a } ]', 'E216', '"host:"'],
    ['- traffic: [ { from: a, to: a, protocol: UDP } ]', 'E203', 'UDP'],
    ['- traffic: [ { from: a, to: a, datagram: 100 } ]', 'E201', 'datagram'],
    ['- { traffic: [ { from: a, to: a } ], expect: [ wire_bps within 3% of limti ] }', 'E217', 'limti'],
    ['- { traffic: [ { from: a, to: a } ], expect: [ "drops = 0" ] }', 'E217', '='],
    ['- { traffic: [ { from: a, to: a } ], expect: [ { a: b } ] }', 'E202', '{ a: b }'],
    ['- inject: [ { from: a, to: b, frame: spoofed-sorce } ]', 'E204', 'spoofed-sorce'],
    ['- inject: [ { from: a, to: b, frame: cut-arp, family: IPv6 } ]', 'E201', 'family'],
    ['- { inject: [ { from: a, to: b, frame: datagram } ], expect: [ retransmits == 0 ] }', 'E217', 'retransmits == 0'],
    ['- { name: "a\\u001b[2Jb", sleep: 5s }', 'E225', String.raw`"a\u001b[2Jb"`],
    ['- { name: "a\\n::error::b", sleep: 5s }', 'E225', String.raw`"a\n::error::b"`],
    ['- probe: [ { from: a, to: a } ]', 'E203', '{ from: a, to: a }'],
    ['- probe: [ { from: a, to: a, port: TCP/65536 } ]', 'E211', 'TCP/65536'],
    ['- probe: [ { from: a, to: a, port: ICMP, expect: alowed } ]', 'E204', 'alowed'],
  ])('%s is refused with %s at %j', (step, code, at) => {
    const { diagnostics, manifests } = read({ 'scenario.yaml': scenario(`timeline:\n${step}`), 'pods.yaml': pod('a') });
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
    const { offset, length } = diagnostics[0]!.span!;
    expect(manifests.files.find((f) => f.file === 'scenario.yaml')!.text.slice(offset, offset + length)).toBe(at);
    expect(diagnostics[0]!.help).toBeTruthy();
  });
});

test('a file of nothing but mistakes is read until there are a thousand, and says so', () => {
  const wrong = Array.from({ length: 5_000 }, (_, i) => `---\nkind: Pod\nmetadata: { name: p${i} }\n`).join('');
  const { diagnostics } = read({ 'wrong.yaml': wrong });
  expect(diagnostics.filter(({ severity }) => severity === 'error').length).toBeLessThan(1010);
  const [last] = diagnostics.filter(({ code }) => code === 'E126');
  expect(last?.message).toBe('wrong.yaml has 1000 errors up to here, and is not read any further');
  expect(last?.span?.line).toBe(3002);
});

test('a file of nothing but broken documents is read no further either', () => {
  const { diagnostics } = read({ 'wrong.yaml': '---\nkind: [\n'.repeat(5_000) });
  expect(diagnostics.filter(({ code }) => code === 'E106')).toHaveLength(1000);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'E126', span: { line: 2002 } });
});

test('nor are the items of a list', () => {
  const items = Array.from({ length: 5_000 }, () => '{ "kind": "Pod" }\n').join(',');
  const { diagnostics } = read({ 'wrong.json': `{ "apiVersion": "v1", "kind": "List", "items": [${items}] }` });
  expect(diagnostics.filter(({ severity }) => severity === 'error').length).toBeLessThan(1010);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'E126', span: { file: 'wrong.json' } });
});

test.each([
  ['documents', (pods: readonly string[]) => pods.join('\n---\n'), 50_001],
  [
    'items of a list',
    (pods: readonly string[]) => `apiVersion: v1\nkind: List\nitems:\n- ${pods.join('\n- ')}`,
    25_004,
  ],
])(
  'a file of more pods than any lab has use for is read up to the first of them that is too many: %s',
  (_, fileOf, line) => {
    const podOf = (i: number) =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: p${i} }, spec: { containers: [{ name: c, image: i }] } }`;
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n';
    const pods = fileOf(Array.from({ length: 25_100 }, (_, i) => podOf(i)));
    const { manifests, diagnostics } = read({ 'many.yaml': pods, 'other.yaml': `${pod('other')}---\n${config}` });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([
      {
        code: 'E424',
        severity: 'error',
        message: expect.stringMatching(
          /^many\.yaml has 25000 pods before this one, and is not read any further: a lab holds 10000 pods, /,
        ) as string,
        help: expect.stringMatching(/^leave pods out: /) as string,
        span: expect.objectContaining({ file: 'many.yaml', line }) as object,
      },
    ]);
    // Those of that file are left out, all of them: which would have come up is not known. The next file is counted anew.
    expect(manifests.pods.map(({ name }) => name)).toEqual(['other']);
    expect(manifests.unread).not.toEqual([]);
  },
);

test.each([
  ['of a kind that is modelled', 'v1, kind: Namespace'],
  ['of one that is not', 'example.com/v1, kind: Widget'],
])('a file of more objects than it may hold is read up to the first that is too many: %s', (_, kind) => {
  const objects = Array.from({ length: 40_050 }, (_, i) => `{ apiVersion: ${kind}, metadata: { name: o${i} } }`);
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${objects.join('\n- ')}`;
  const { manifests, diagnostics } = read({ 'many.yaml': list, 'other.yaml': pod('other') });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([
    {
      code: 'E127',
      severity: 'error',
      message: 'many.yaml has 40000 objects before this one, and is not read any further: a file may hold no more',
      help: 'leave objects out that the lab does not need, or split the file',
      span: expect.objectContaining({ file: 'many.yaml', line: 40_004 }) as object,
    },
  ]);
  expect(manifests.pods.map(({ name }) => name)).toEqual(['other']);
  expect(manifests.unread).not.toEqual([]);
});

test('of what an object was read of no more is kept than the object, but of a Scenario', () => {
  const text = [policy('p'), pod('a'), scenario('timeline: []')].join('---\n');
  const objects = new Reading(memoryFiles({ 'a.yaml': text })).objectsOf('a.yaml');
  expect(objects.map((object) => [object.kind, 'content' in object])).toEqual([
    ['NetworkPolicy', false],
    ['Pod', false],
    ['Scenario', true],
  ]);
});

test('the namespaces are gone through only where something is in one that is not always there', () => {
  const told = (text: string) => {
    const { manifests } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
    const diagnostics = new Collector();
    const asked = vi.fn(() => manifests.namespaces);
    warnOfUndeclaredNamespaces(Object.defineProperty({ ...manifests }, 'namespaces', { get: asked }), diagnostics);
    return [asked.mock.calls.length, ...diagnostics.sorted().map(({ code }) => code)];
  };
  expect(told([pod('a'), pod('b', ', namespace: kube-system')].join('---\n'))).toEqual([0]);
  expect(told([pod('a', ', namespace: shop'), pod('b', ', namespace: shop')].join('---\n'))).toEqual([1, 'W302']);
});

test('objects of one name are told apart by kind and namespace, and the later one stands in the place of the first', () => {
  const { manifests, codes } = read({
    'a.yaml': [
      policy('a'),
      policy('b'),
      pod('a'),
      pod('a', ', namespace: kube-system'),
      policy('a, labels: { later: "1" }'),
    ].join('---\n'),
  });
  expect(codes).toContain('W204');
  expect(manifests.pods.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['default/a', 'kube-system/a']);
  expect(manifests.networkPolicies.map(({ name, labels }) => [name, labels])).toEqual([
    ['a', { later: '1' }],
    ['b', {}],
  ]);
});
