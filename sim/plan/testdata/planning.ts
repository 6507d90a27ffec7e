/** For tests of the plan: YAML in memory to a plan, and the manifests that most of them start from. */
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import type { Manifests } from '../../manifest/manifests.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { makePlan, type Planned } from '../make-plan.ts';
import type { Plan } from '../plan.ts';

/** Documents of one file `lab/all.yaml`. Throws when the text itself is wrong: these tests are about its meaning. */
export function read(...documents: readonly string[]): Manifests {
  return readFiles({ 'lab/all.yaml': documents.join('\n---\n') });
}

export function readFiles(contents: Readonly<Record<string, string>>): Manifests {
  const { manifests, diagnostics } = readManifests(['lab'], memoryFiles(contents));
  const wrong = diagnostics.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong, null, 2));
  return manifests;
}

export function plan(...documents: readonly string[]): Planned {
  return makePlan(read(...documents));
}

/** A plan without errors. */
export function goodPlan(...documents: readonly string[]): Plan {
  const planned = plan(...documents);
  if (planned.plan === null) throw new Error(JSON.stringify(planned.diagnostics, null, 2));
  return planned.plan;
}

/** `E401 12:11 message` of every diagnostic. */
export function found(planned: Planned): string[] {
  return planned.diagnostics.map(
    ({ code, span, message }) => `${code} ${span === undefined ? '-' : `${span.line}:${span.column}`} ${message}`,
  );
}

export function addressesOf({ pods }: Plan): string[] {
  return pods.map(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses).join(' '));
}

export const network = `
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderMultusConfig
metadata:
  name: ipvlan-conf
  namespace: kube-system
  annotations: { cni.spidernet.io/cniconfig-name: spidernet-chainer }
spec:
  cniType: ipvlan
  ipvlan: { master: [ens192], ippools: { ipv4: [ens192-v4] } }
  chainCNIJsonData: ['{ "type": "cilium-cni" }']`;

export function pool(name: string, spec: string): string {
  return `
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderIPPool
metadata: { name: ${name} }
spec: { ${spec} }`;
}

export const seedPool = pool(
  'ens192-v4',
  'gateway: 172.51.0.1, ipVersion: 4, ips: [172.51.0.100-172.51.0.108], subnet: 172.51.0.0/16',
);

export const onNetwork = 'v1.multus-cni.io/default-network: kube-system/ipvlan-conf';

/** `annotations` and `podSpec` are YAML in flow style, without braces. */
export function deployment(name: string, replicas: number, annotations = onNetwork, podSpec = ''): string {
  return workload('Deployment', name, `replicas: ${replicas}`, annotations, podSpec);
}

export function workload(kind: string, name: string, spec: string, annotations = onNetwork, podSpec = ''): string {
  const selector = kind === 'Job' ? '' : `selector: { matchLabels: { app: ${name} } },`;
  const ends = kind === 'Job' ? 'restartPolicy: Never, ' : '';
  return `
apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}
kind: ${kind}
metadata: { name: ${name} }
spec:
  { ${spec === '' ? '' : `${spec},`} ${selector}
    template: { metadata: { labels: { app: ${name} }, annotations: { ${annotations} } },
      spec: { ${ends}${podSpec === '' ? '' : `${podSpec},`} containers: [ { name: main, image: nginx, ports: [ { containerPort: 80, name: http } ] } ] } } }`;
}

export function pod(name: string, annotations = onNetwork, podSpec = '', labels = `app: ${name}`): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { ${labels} }, annotations: { ${annotations} } }
spec: { ${podSpec === '' ? '' : `${podSpec},`} containers: [ { name: main, image: nginx, ports: [ { containerPort: 80 } ] } ] }`;
}

export function scenario(spec: string): string {
  return `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: lab }
spec:
${spec
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}`;
}
