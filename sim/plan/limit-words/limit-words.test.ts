import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { Collector } from '../../diagnostics/collector.ts';
import { makePlan } from '../make-plan.ts';
import { warnOfIdleLimits } from './limit-words.ts';

/** @param besides codes of what reading may say */
function warnings(text: string, besides = /^$/, codes = /^W21/) {
  const read = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  expect(read.diagnostics.filter(({ code }) => !besides.test(code))).toEqual([]);
  const { diagnostics } = makePlan(read.manifests);
  return diagnostics
    .filter(({ code }) => codes.test(code))
    .map(({ code, message, help, span }) => ({
      code,
      message,
      help,
      at: text.slice(span!.offset, span!.offset + span!.length),
    }));
}

const pod = (metadata: string, name = 'a') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, ${metadata} }\nspec: { containers: [ { name: c, image: i } ] }\n`;
const annotated = (key: string) => pod(`annotations: { ${key}: "1M" }`);
const deployment = (own: string, template = '') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: d, ${own} }
spec:
  selector: { matchLabels: { app: d } }
  template:
    metadata: { labels: { app: d${template} } }
    spec: { containers: [ { name: c, image: i } ] }
`;

test('the annotations of a pod, of which there may be hundreds of thousands, are gone through once', () => {
  const read = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': pod('annotations: { a: b, c: d }') }));
  const [one] = read.manifests.pods;
  let passes = 0;
  const annotations = new Proxy(one!.annotations, {
    ownKeys: (target) => {
      passes++;
      return Reflect.ownKeys(target);
    },
  });
  warnOfIdleLimits({ namespaces: [], pods: [{ ...one!, annotations }], workloads: [] }, new Collector());
  expect(passes).toBe(1);
});

describe('a limit at a place where it limits nothing', () => {
  test('among the labels of a pod or a template', () => {
    const label = 'kubernetes.io/egress-bandwidth: 1M';
    const word = { code: 'W211', at: 'kubernetes.io/egress-bandwidth' };
    expect(warnings(pod(`labels: { ${label} }`))).toMatchObject([
      { ...word, help: 'write it below `metadata.annotations`' },
    ]);
    expect(warnings(deployment('', `, ${label}`))).toMatchObject([
      { ...word, help: 'write it below `spec.template.metadata.annotations`' },
    ]);
  });

  test('on a workload or a namespace itself', () => {
    const own = 'annotations: { kubernetes.io/ingress-bandwidth: 1M }';
    expect(warnings(deployment(own))).toMatchObject([
      { code: 'W211', message: expect.stringContaining('limits nothing on a Deployment itself') as string },
    ]);
    const job = `{ template: { spec: { restartPolicy: Never, containers: [ { name: c, image: i } ] } } }`;
    expect(
      warnings(
        `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: j, ${own} }\nspec: { schedule: "@daily", jobTemplate: { spec: ${job} } }\n`,
      ),
    ).toMatchObject([{ help: 'write it below `spec.jobTemplate.spec.template.metadata.annotations`' }]);
    expect(
      warnings(`apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, ${own} }\n---\n${pod('')}`),
    ).toMatchObject([{ message: expect.stringContaining('on a Namespace itself') as string }]);
  });

  test("on a CronJob's Jobs, whose pods have annotations of their own", () => {
    const job = `{ template: { spec: { restartPolicy: Never, containers: [ { name: c, image: i } ] } } }`;
    const of = (metadata: string) =>
      warnings(
        `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: j }\nspec: { schedule: "@daily", jobTemplate: { metadata: { ${metadata} }, spec: ${job} } }\n`,
      );
    const help = 'write it below `spec.jobTemplate.spec.template.metadata.annotations`';
    const limits = { code: 'W211', message: expect.stringContaining('on a Job itself') as string, help };
    expect(of('annotations: { kubernetes.io/egress-bandwidth: 1M }')).toMatchObject([limits]);
    expect(of('labels: { kubernetes.io/egress-bandwidth: 1M }')).toMatchObject([limits]);
    const networks = { code: 'W214', message: expect.stringContaining('on a Job itself') as string, help };
    expect(of('annotations: { k8s.v1.cni.cncf.io/networks: a }')).toMatchObject([networks]);
    expect(of(`annotations: { ipam.spidernet.io/ippool: '{}' }`)).toMatchObject([networks]);
  });

  test.each([
    ['Node', 'v1', ''],
    ['Service', 'v1', 'spec: { ports: [ { port: 80 } ] }'],
    ['ConfigMap', 'v1', ''],
    ['NetworkPolicy', 'networking.k8s.io/v1', 'spec: { podSelector: {} }'],
    ['NetworkAttachmentDefinition', 'k8s.cni.cncf.io/v1', ''],
  ])('on a %s', (kind, apiVersion, spec) => {
    const of = (key: string) =>
      warnings(
        `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x, annotations: { ${key}: 1M } }\n${spec}\n---\n${pod('')}`,
        /^W3/,
      );
    expect(of('kubernetes.io/egress-bandwidth')).toMatchObject([
      { code: 'W211', message: expect.stringContaining(`on a ${kind} itself`) as string },
    ]);
    expect(of('k8s.v1.cni.cncf.io/networks')).toMatchObject([
      { code: 'W214', message: expect.stringContaining(`on a ${kind} itself`) as string },
    ]);
    // What such an object says of itself is not doubted.
    expect(of('service.cilium.io/global')).toEqual([]);
    expect(of('k8s.v1.cni.cncf.io/policy-for')).toEqual([]);
  });

  test('on a custom resource that is not known, whose controller may hand it on, nothing is told', () => {
    const text = `apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: { name: x, annotations: { kubernetes.io/egress-bandwidth: 1M } }\n---\n${pod('')}`;
    expect(warnings(text, /^W3/)).toEqual([]);
  });

  test('is told once for all objects', () => {
    const two = ['a', 'b'].map((name) => pod('labels: { kubernetes.io/egress-bandwidth: 1M }', name)).join('---\n');
    expect(warnings(two)).toMatchObject([{ message: expect.stringMatching(/\(1 more place\)$/) as string }]);
  });
});

describe('a misspelt limit', () => {
  test.each([
    ['kubernetes.io/egress-bandwith', 'egress'],
    ['kubernetes.io/Egress-Bandwidth', 'egress'],
    ['kubernetes.io/egress_bandwidth', 'egress'],
    ['kubernetes.io/ingress-bandwidht', 'ingress'],
    ['kubernetes.io/ingress.bandwidth', 'ingress'],
    ['kubernetes.io/egressbandwidth', 'egress'],
    ['kubernetes.io/egress-limit', 'egress'],
    ['kubernetes.io/bandwidth', 'both'],
    ['kubernetes.io/bandwidth-egress', 'egress'],
    ['egress-bandwidth', 'egress'],
    ['k8s.io/egress-bandwidth', 'egress'],
    ['kubernetes/ingress-bandwidth', 'ingress'],
    ['kubernets.io/ingress-bandwidth', 'ingress'],
    ['networking.kubernetes.io/egress-bandwidth', 'egress'],
    ['example.com/bandwidth-limit', 'both'],
    ['kubernetes.io/egressbw', 'egress'],
    ['kubernetes.io/ingressRate', 'ingress'],
    ['bandwidth.kubernetes.io/ingress', 'ingress'],
    ['bandwidth.example.com/egress-rate', 'egress'],
  ])('%s', (key, direction) => {
    const names = direction === 'both' ? ['ingress', 'egress'] : [direction];
    expect(warnings(annotated(key))).toMatchObject([
      {
        code: 'W212',
        at: key,
        help: `write ${names.map((name) => `\`kubernetes.io/${name}-bandwidth\``).join(' and ')} below \`metadata.annotations\``,
      },
    ]);
  });

  test.each([
    'kubernetes.io/egress-bandwidth',
    'kubernetes.io/ingress.class',
    'kubernetes.io/psp',
    'app.kubernetes.io/name',
    'kubectl.kubernetes.io/default-container',
    'prometheus.io/port',
    'nginx.ingress.kubernetes.io/rewrite-target',
    'sidecar.istio.io/inject',
    'bandwidth.example.com/owner',
    'kubernetes.io/egressgateway',
    'k8s.v1.cni.cncf.io/network-status',
    'k8s.v1.cni.cncf.io/networks-status',
    'example.com/network',
    'cni.spidernet.io/network-resource-inject',
    'ippool',
  ])('%s is none', (key) => {
    expect(warnings(annotated(key))).toEqual([]);
  });
});

describe('a misspelt annotation about networks', () => {
  test.each([
    ['v1.multus-cni.io/default-networks', 'v1.multus-cni.io/default-network'],
    ['v1.multus-cni.io/default_network', 'v1.multus-cni.io/default-network'],
    ['v1.multus.cni.io/default-network', 'v1.multus-cni.io/default-network'],
    ['multus-cni.io/default-network', 'v1.multus-cni.io/default-network'],
    ['k8s.v1.cni.cncf.io/default-network', 'v1.multus-cni.io/default-network'],
    ['k8s.v1.cni.cncf.io/network', 'k8s.v1.cni.cncf.io/networks'],
    ['k8s.v1.cni.cncf.io/Networks', 'k8s.v1.cni.cncf.io/networks'],
    ['k8s.cni.cncf.io/networks', 'k8s.v1.cni.cncf.io/networks'],
    ['v1.multus-cni.io/networks', 'k8s.v1.cni.cncf.io/networks'],
    ['ipam.spidernet.oi/ippool', 'ipam.spidernet.io/ippool'],
    ['spiderpool.spidernet.io/ippools', 'ipam.spidernet.io/ippools'],
    ['ipam.spiderpool.io/route', 'ipam.spidernet.io/routes'],
  ])('%s', (key, right) => {
    expect(warnings(annotated(key))).toMatchObject([
      { code: 'W215', at: key, help: `write \`${right}\` below \`metadata.annotations\`` },
    ]);
  });

  test("Spiderpool's own, where it is no annotation of a pod", () => {
    const key = 'ipam.spidernet.io/ippol';
    expect(warnings(annotated(key))).toEqual([]);
    const right = 'write `ipam.spidernet.io/ippool` below';
    expect(warnings(pod(`labels: { ${key}: a }`))).toMatchObject([
      { code: 'W215', at: key, help: `${right} \`metadata.annotations\`` },
    ]);
    expect(warnings(deployment(`annotations: { ${key}: a }`))).toMatchObject([
      { code: 'W215', at: key, help: `${right} \`spec.template.metadata.annotations\`` },
    ]);
  });

  test('of a namespace', () => {
    const key = 'ipam.spidernet.io/default-ipv4-ipool';
    const text = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { ${key}: x } }\n---\n${pod('')}`;
    expect(warnings(text)).toMatchObject([
      {
        code: 'W215',
        at: key,
        help: expect.stringContaining('default-ipv4-ippool` as an annotation of the Namespace') as string,
      },
    ]);
  });
});

describe('an annotation about networks at a place where nobody reads it', () => {
  const word = (key: string, where: string, help: string) => ({
    code: 'W214',
    at: key,
    message: expect.stringContaining(where) as string,
    help,
  });

  test('among the labels of a pod, on a workload, on a namespace', () => {
    const key = 'k8s.v1.cni.cncf.io/networks';
    expect(warnings(pod(`labels: { ${key}: a }`))).toMatchObject([
      word(key, 'as a label: Multus reads annotations of pods', 'write it below `metadata.annotations`'),
    ]);
    const ippool = 'ipam.spidernet.io/ippool';
    expect(warnings(deployment(`annotations: { ${ippool}: a }`))).toMatchObject([
      word(ippool, 'on a Deployment itself: Spiderpool', 'write it below `spec.template.metadata.annotations`'),
    ]);
    expect(
      warnings(
        `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { ${key}: a } }\n---\n${pod('')}`,
      ),
    ).toMatchObject([
      word(key, 'on a Namespace itself', 'write it below `metadata.annotations` of each pod or template'),
    ]);
  });

  test("a namespace's own pools are at home there", () => {
    const own = `annotations: { ipam.spidernet.io/default-ipv4-ippool: '["x"]' }`;
    expect(warnings(`apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, ${own} }\n---\n${pod('')}`)).toEqual([]);
    expect(warnings(deployment(own))).toMatchObject([
      { code: 'W214', help: 'write it as an annotation of the Namespace' },
    ]);
  });
});

describe('an annotation of another network', () => {
  test.each([
    ['kubernetes.io/egress-burst', 'burst'],
    ['kubernetes.io/ingress-burst', 'burst'],
    ['bandwidth.cilium.io/priority', "no engine here does a pod's class go before another"],
    ['bandwidth.cilium.io/egress', 'no Cilium'],
    ['qos.projectcalico.org/ingressBandwidth', 'Calico'],
    ['qos.projectcalico.org/egressPacketRate', 'Calico'],
    ['ovn.kubernetes.io/ingress_rate', 'Kube-OVN'],
    ['attachnet.default.ovn.kubernetes.io/egress_rate', 'Kube-OVN'],
    ['ovn.kubernetes.io/ip_address', 'Kube-OVN'],
    ['cni.projectcalico.org/ipAddrs', 'Calico'],
    ['k8s.aliyun.com/ingress-bandwidth', 'bytes a second'],
    ['cni.projectcalico.org/allowedSourcePrefixes', 'source addresses'],
    ['ovn.kubernetes.io/security_groups', 'security groups'],
    ['k8s.ovn.org/pod-networks', 'OVN-Kubernetes'],
    ['ipam.cilium.io/ip-pool', 'pools, addresses and settings of Cilium'],
    ['ipam.antrea.io/ippools', 'Antrea'],
    ['k8s.aliyun.com/eni', 'a NIC'],
    ['network.alibabacloud.com/whole-eni', 'a NIC'],
  ])('%s', (key, loss) => {
    expect(warnings(annotated(key))).toMatchObject([
      { code: 'W213', at: key, message: expect.stringContaining(loss) as string },
    ]);
  });

  test.each([
    ['guaranteed', 'first of the three bands'],
    ['Best-Effort', 'third of the three bands'],
    ['Burstable', 'second of the three bands'],
    ['7', 'first of the three bands'],
    // The lowest four bits: 0.
    ['16', 'second of the three bands'],
    ['high', 'is no class that is known'],
  ])('bandwidth.cilium.io/priority: %s', (value, words) => {
    expect(warnings(pod(`annotations: { bandwidth.cilium.io/priority: "${value}" }`))).toMatchObject([
      { code: 'W213', message: expect.stringContaining(`\`${value}\` is`) as string },
    ]);
    const [word] = warnings(pod(`annotations: { bandwidth.cilium.io/priority: "${value}" }`));
    expect(word?.message).toContain(words);
  });

  test.each([
    ['linkerd.io/inject', 'enabled', 'disabled'],
    ['sidecar.istio.io/inject', 'true', 'false'],
    ['istio-injection', 'enabled', 'disabled'],
  ])('%s: %s puts no proxy in', (key, yes, no) => {
    expect(warnings(pod(`annotations: { ${key}: "${yes}" }`))).toMatchObject([
      { code: 'W213', at: key, message: expect.stringContaining('no proxy of a mesh') as string },
    ]);
    expect(warnings(pod(`labels: { ${key}: "${yes}" }`))).toHaveLength(1);
    expect(warnings(pod(`annotations: { ${key}: "${no}" }`))).toEqual([]);
  });

  test.each([
    ['istio.io/dataplane-mode', 'ambient', 'none'],
    ['ambient.istio.io/redirection', 'enabled', 'disabled'],
    ['istio.io/rev', 'stable', ''],
    ['sidecar.istio.io/status', '{}', ''],
    ['traffic.sidecar.istio.io/excludeInboundPorts', '80', ''],
    ['kuma.io/mesh', 'default', ''],
    ['config.linkerd.io/skip-inbound-ports', '1', ''],
    ['config.alpha.linkerd.io/proxy-wait-before-exit-seconds', '1', ''],
    ['openservicemesh.io/sidecar-injection', 'enabled', 'disabled'],
    ['appmesh.k8s.aws/sidecarInjectorWebhook', 'enabled', 'disabled'],
    ['consul.hashicorp.com/transparent-proxy', 'true', 'false'],
  ])('%s: %s is of a mesh', (key, yes, no) => {
    const word = { code: 'W213', at: key, message: expect.stringContaining('no proxy of a mesh') as string };
    expect(warnings(pod(`annotations: { ${key}: "${yes}" }`))).toMatchObject([word]);
    expect(warnings(pod(`annotations: { ${key}: "${no}" }`))).toEqual([]);
    const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { ${key}: "x" } }\n---\n${pod('')}`;
    expect(warnings(namespace)).toMatchObject([word]);
  });

  test.each(['istio-proxy', 'linkerd-proxy'])('%s that was put in before is told of, once', (name) => {
    const spec = (list: string) =>
      `{ ${list}: [ { name: ${name}, image: i } ], containers: [ { name: c, image: i } ] }`;
    const one = (metadata: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: x, ${metadata} }\nspec: ${spec('initContainers')}`;
    const template = `apiVersion: apps/v1
kind: Deployment
metadata: { name: w }
spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: ${spec('initContainers')} } }`;
    const word = { code: 'W213', at: name, message: expect.stringContaining('the proxy of a mesh') as string };
    expect(warnings(one(''), undefined, /^W213/)).toMatchObject([word]);
    expect(warnings(template, undefined, /^W213/)).toMatchObject([word]);
    const noted = one('annotations: { sidecar.istio.io/status: "{}" }');
    expect(warnings(noted, undefined, /^W213/)).toMatchObject([{ at: 'sidecar.istio.io/status' }]);
  });

  test('what a Service says to a mesh, and names for its pictures, are none', () => {
    expect(warnings(annotated('service.istio.io/canonical-name'))).toEqual([]);
  });

  test("Spiderpool's networks by its webhook", () => {
    for (const key of ['cni.spidernet.io/network-resource-inject', 'cni.spidernet.io/rdma-resource-inject']) {
      const message = expect.stringContaining('the interfaces are missing') as string;
      expect(warnings(annotated(key), undefined, /^W420/)).toMatchObject([{ code: 'W420', at: key, message }]);
      const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { ${key}: x } }\n---\n${pod('')}`;
      expect(warnings(namespace, undefined, /^W420/)).toMatchObject([{ code: 'W420', at: key }]);
      expect(warnings(pod(`labels: { ${key}: x }`), undefined, /^W420/)).toEqual([]);
    }
  });

  test('what Calico notes at every pod is no wish', () => {
    expect(warnings(annotated('cni.projectcalico.org/podIP'))).toEqual([]);
  });

  test('a limit of a pod for Elastic Container Instances is read as bytes there', () => {
    const eci = pod('annotations: { k8s.aliyun.com/eci-use-specs: 2-4Gi, kubernetes.io/egress-bandwidth: 10M }');
    expect(warnings(eci)).toMatchObject([
      { code: 'W213', at: 'kubernetes.io/egress-bandwidth', message: expect.stringContaining('eight times') as string },
    ]);
  });
});
