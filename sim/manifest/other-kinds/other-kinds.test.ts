import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';
import type { ReadOptions } from '../read-options.ts';

const object = (kind: string, apiVersion: string, name = 'x') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: {}\n`;

function said(objects: readonly (readonly [kind: string, apiVersion: string])[], options: ReadOptions = {}) {
  const text = objects.map(([kind, apiVersion], i) => object(kind, apiVersion, `x${i}`)).join('---\n');
  const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }), options);
  return diagnostics.map(({ code, message, help, span }) => ({ code, message, help, line: span?.line }));
}

describe('a policy of another kind is an error', () => {
  test.each([
    ['AdminNetworkPolicy', 'policy.networking.k8s.io/v1alpha1'],
    ['BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/v1alpha1'],
    ['ClusterNetworkPolicy', 'policy.networking.k8s.io/v1alpha2'],
    ['CiliumNetworkPolicy', 'cilium.io/v2'],
    ['CiliumClusterwideNetworkPolicy', 'cilium.io/v2'],
    ['MultiNetworkPolicy', 'k8s.cni.cncf.io/v1beta1'],
    ['NetworkPolicy', 'projectcalico.org/v3'],
    ['NetworkPolicy', 'crd.projectcalico.org/v1'],
    ['GlobalNetworkPolicy', 'projectcalico.org/v3'],
    ['GlobalNetworkPolicy', 'crd.projectcalico.org/v1'],
    ['NetworkPolicy', 'crd.antrea.io/v1beta1'],
    ['ClusterNetworkPolicy', 'crd.antrea.io/v1beta1'],
    ['EgressFirewall', 'k8s.ovn.org/v1'],
    ['UserDefinedNetwork', 'k8s.ovn.org/v1'],
    ['ClusterUserDefinedNetwork', 'k8s.ovn.org/v1'],
    ['EgressNetworkPolicy', 'network.openshift.io/v1'],
    ['SecurityGroupPolicy', 'vpcresources.k8s.aws/v1beta1'],
    ['SecurityPolicy', 'crd.nsx.vmware.com/v1alpha1'],
    ['SecurityPolicy', 'nsx.vmware.com/v1alpha1'],
    ['SecurityPolicy', 'legacy.nsx.vmware.com/v1alpha1'],
    ['SecurityGroup', 'kubeovn.io/v1'],
    ['Vpc', 'kubeovn.io/v1'],
    ['QoSPolicy', 'kubeovn.io/v1'],
    ['QosPolicy', 'aci.qos/v1'],
    ['SecurityGroup', 'crd.yangtse.cni/v1'],
    ['HostEndpoint', 'projectcalico.org/v3'],
    ['HostEndpoint', 'crd.projectcalico.org/v1'],
    ['Profile', 'projectcalico.org/v3'],
    ['NetworkChaos', 'chaos-mesh.org/v1alpha1'],
    ['IngressNodeFirewall', 'ingressnodefirewall.openshift.io/v1alpha1'],
    ['NvClusterSecurityRule', 'neuvector.com/v1'],
    ['ClientIntents', 'k8s.otterize.com/v2beta1'],
  ])('%s of %s', (kind, apiVersion) => {
    const group = apiVersion.split('/')[0]!;
    const [only, ...others] = said([[kind, apiVersion]]);
    expect(only).toMatchObject({ code: 'E314', line: 2 });
    expect(only!.message).toContain(`${kind} \`x0\` (${apiVersion})`);
    expect(only!.help).toContain(`--ignore ${kind}`);
    expect(others).toEqual([]);
    for (const ignore of [`${kind}.${group}`, kind.toLowerCase()]) {
      expect(said([[kind, apiVersion]], { ignore: [ignore] }).map(({ code }) => code)).toEqual(['W304']);
    }
  });

  const of = (kind: string, apiVersion: string, spec: string, name = 'x') => {
    const text = object(kind, apiVersion, name).replace('spec: {}', `spec: ${spec}`);
    return readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text })).diagnostics.map(({ code }) => code);
  };

  test.each([
    ['Subnet', 'kubeovn.io/v1', '{ private: true }', '{ private: false, acls: [], vpc: ovn-cluster }', 'W303'],
    ['Subnet', 'kubeovn.io/v1', '{ acls: [ { action: drop } ] }', '{ cidrBlock: 10.16.0.0/16 }', 'W303'],
    ['Subnet', 'kubeovn.io/v1', '{ vpc: other }', '{ vpc: "" }', 'W303'],
    [
      'NetworkQoS',
      'k8s.ovn.org/v1alpha1',
      '{ egress: [ { bandwidth: { rate: 9 } } ] }',
      '{ egress: [ { dscp: 9 } ] }',
      'W303',
    ],
    ['Egress', 'crd.antrea.io/v1beta1', '{ bandwidth: { rate: 5M, burst: 5M } }', '{ egressIP: 10.1.0.1 }', 'W303'],
    ['ENIConfig', 'crd.k8s.amazonaws.com/v1alpha1', '{ securityGroups: [ sg-1 ] }', '{ subnet: s }', 'W303'],
    [
      'PodNetworking',
      'network.alibabacloud.com/v1beta1',
      '{ securityGroupIDs: [ sg-1 ] }',
      '{ vSwitchOptions: [ v ] }',
      'W303',
    ],
    [
      'KubeArmorPolicy',
      'security.kubearmor.com/v1',
      '{ network: { matchProtocols: [ { protocol: icmp } ] }, action: Block }',
      '{ process: { matchPaths: [ { path: /bin/sh } ] }, action: Block }',
      'W301',
    ],
    [
      'KubeArmorClusterPolicy',
      'security.kubearmor.com/v1',
      '{ network: { matchProtocols: [ { protocol: tcp } ], action: Allow } }',
      '{ network: { matchProtocols: [ { protocol: tcp } ] }, action: Audit }',
      'W301',
    ],
    [
      'TracingPolicy',
      'cilium.io/v1alpha1',
      '{ kprobes: [ { call: tcp_connect, selectors: [ { matchActions: [ { action: Sigkill } ] } ] } ] }',
      '{ kprobes: [ { call: tcp_connect, selectors: [ { matchActions: [ { action: Post } ] } ] } ] }',
      'W303',
    ],
    [
      'Schedule',
      'chaos-mesh.org/v1alpha1',
      '{ networkChaos: { action: delay } }',
      '{ podChaos: { action: x } }',
      'W301',
    ],
    [
      'Schedule',
      'chaos-mesh.org/v1alpha1',
      '{ type: NetworkChaos, networkChaos: { action: delay } }',
      '{ type: PodChaos, podChaos: { action: pod-kill } }',
      'W301',
    ],
    [
      'Workflow',
      'chaos-mesh.org/v1alpha1',
      '{ templates: [ { name: a, schedule: { networkChaos: { action: loss } } } ] }',
      '{ templates: [ { name: a, templateType: Suspend } ] }',
      'W301',
    ],
    [
      'DisruptionCron',
      'chaos.datadoghq.com/v1beta1',
      '{ disruptionTemplate: { network: { drop: 100 } } }',
      '{ disruptionTemplate: { cpuPressure: {} } }',
      'W301',
    ],
    ['Disruption', 'chaos.datadoghq.com/v1beta1', '{ network: { drop: 100 } }', '{ cpuPressure: {} }', 'W301'],
    ['Tenant', 'capsule.clastix.io/v1beta2', '{ networkPolicies: { items: [ {} ] } }', '{ owners: [ a ] }', 'W301'],
  ])('%s of %s where it says so: %s', (kind, apiVersion, deciding, harmless, otherwise) => {
    expect(of(kind, apiVersion, deciding)).toEqual(['E314']);
    expect(of(kind, apiVersion, harmless)).toEqual([otherwise]);
  });

  test('the networks that every cluster of Kube-OVN has part no pods', () => {
    expect(of('Vpc', 'kubeovn.io/v1', '{ staticRoutes: [] }', 'ovn-cluster')).toEqual(['W303']);
    expect(of('Vpc', 'kubeovn.io/v1', '{ policyRoutes: [ { action: drop } ] }', 'ovn-cluster')).toEqual(['E314']);
  });

  test('a policy inside of an object whose controller makes it is one; the mere name of its kind is none', () => {
    const rule = (what: string) => `{ rules: [ { name: r, generate: { ${what}, name: deny } } ] }`;
    const policy = 'apiVersion: networking.k8s.io/v1, kind: NetworkPolicy';
    expect(of('ClusterPolicy', 'kyverno.io/v1', rule(`${policy}, data: { spec: { podSelector: {} } }`))).toEqual([
      'E314',
    ]);
    expect(of('ManifestWork', 'work.open-cluster-management.io/v1', `{ x: [ { ${policy}, spec: {} } ] }`)).toEqual([
      'E314',
    ]);
    expect(of('ClusterPolicy', 'kyverno.io/v1', rule(policy))).toEqual(['W301']);
    expect(
      of('Application', 'argoproj.io/v1alpha1', '{ ignoreDifferences: [ { group: g, kind: NetworkPolicy } ] }'),
    ).toEqual(['W301']);
  });

  test('what is asked to be left out leaves our own kinds alone, and other groups', () => {
    const both: [string, string][] = [
      ['NetworkPolicy', 'crd.projectcalico.org/v1'],
      ['NetworkPolicy', 'crd.antrea.io/v1beta1'],
    ];
    expect(said(both, { ignore: ['NetworkPolicy.crd.projectcalico.org'] }).map(({ code }) => code)).toEqual([
      'W304',
      'E314',
    ]);
    const text = object('NetworkPolicy', 'networking.k8s.io/v1').replace('{}\n', '{ podSelector: {} }\n');
    const { manifests } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }), { ignore: ['NetworkPolicy'] });
    expect(manifests.networkPolicies).toHaveLength(1);
  });

  test('a kind to be left out that nothing has is told', () => {
    expect(said([['ConfigMap', 'v1']], { ignore: ['CiliumNetworkPolice'] })).toMatchObject([
      { code: 'W305', message: '--ignore CiliumNetworkPolice: no object of such a kind was read' },
      { code: 'W301' },
    ]);
  });

  test.each(['Pod', 'deployment', 'Deployment.apps', 'NetworkPolicy'])('%s is modelled, and not left out', (ignore) => {
    const pod = object('Pod', 'v1').replace('{}\n', '{ containers: [ { name: c, image: i } ] }\n');
    const { diagnostics, manifests } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': pod }), { ignore: [ignore] });
    expect(diagnostics).toMatchObject([
      { code: 'W305', message: expect.stringContaining('a kind that is modelled is read all the same') as string },
    ]);
    expect(manifests.pods).toHaveLength(1);
  });

  test('a staged policy decides nothing', () => {
    expect(said([['StagedNetworkPolicy', 'projectcalico.org/v3']])).toMatchObject([{ code: 'W301' }]);
  });
});

describe('a kind that no cluster has is an error that names the one meant', () => {
  test.each([
    ['Networkpolicy', 'networking.k8s.io/v1', 'kind: NetworkPolicy'],
    ['NetworkPolicies', 'networking.k8s.io/v1', 'kind: NetworkPolicy'],
    ['networkpolicy', 'networking.k8s.io/v1', 'kind: NetworkPolicy'],
    ['NetworkPolcy', 'networking.k8s.io/v1', 'kind: NetworkPolicy'],
    ['"NetworkPolicy\\u00a0"', 'networking.k8s.io/v1', 'kind: NetworkPolicy'],
    ['"Network\\u200bPolicy"', 'networking.k8s.io/v1', 'kind: NetworkPolicy'],
    ['pod', 'v1', 'kind: Pod'],
    ['Pods', 'v1', 'kind: Pod'],
    ['Namespaces', 'v1', 'kind: Namespace'],
    ['Statefulset', 'apps/v1', 'kind: StatefulSet'],
    ['Cronjob', 'batch/v1', 'kind: CronJob'],
    ['Servce', 'v1', 'kind: Service'],
    ['Deployment', 'networking.k8s.io/v1', 'apiVersion: apps/v1'],
    ['NetworkPolicy', 'networking.k8s.oi/v1', 'apiVersion: networking.k8s.io/v1'],
    ['SpiderIpPool', 'spiderpool.spidernet.io/v2beta1', 'kind: SpiderIPPool'],
    ['Networkattachmentdefinition', 'k8s.cni.cncf.io/v1', 'kind: NetworkAttachmentDefinition'],
    ['SpiderIPPol', 'spiderpool.spidernet.io/v2beta1', 'kind: SpiderIPPool'],
    ['SpiderIPPools', 'spiderpool.spidernet.io/v2beta1', 'kind: SpiderIPPool'],
    ['IPPool', 'spiderpool.spidernet.io/v2beta1', 'write a kind that the group has'],
    ['SpiderMultusConfg', 'spiderpool.spidernet.io/v2beta1', 'kind: SpiderMultusConfig'],
    ['SpiderReservedIPs', 'spiderpool.spidernet.io/v2beta1', 'kind: SpiderReservedIP'],
    ['SpiderCordinator', 'spiderpool.spidernet.io/v2beta1', 'kind: SpiderCoordinator'],
    ['NetworkAttachmentDefintion', 'k8s.cni.cncf.io/v1', 'kind: NetworkAttachmentDefinition'],
    ['NetworkAttachmentDefinitions', 'k8s.cni.cncf.io/v1', 'kind: NetworkAttachmentDefinition'],
    ['NetworkAttachmentDefinition', 'spiderpool.spidernet.io/v2beta1', 'apiVersion: k8s.cni.cncf.io/v1'],
    ['IPAMClaims', 'k8s.cni.cncf.io/v1alpha1', 'kind: IPAMClaim'],
    ['IPAMCliam', 'k8s.cni.cncf.io/v1alpha1', 'kind: IPAMClaim'],
    ['SpiderIPPool', 'k8s.cni.cncf.io/v1', 'apiVersion: spiderpool.spidernet.io/v2beta1'],
    ['SpiderIPPool', 'spiderpool.io/v2beta1', 'apiVersion: spiderpool.spidernet.io/v2beta1'],
    ['SpiderIPPool', 'ipam.spidernet.io/v1', 'apiVersion: spiderpool.spidernet.io/v2beta1'],
    [
      'SpiderIPPol',
      'spiderpool.spidernet.oi/v2beta1',
      'kind: SpiderIPPool` and `apiVersion: spiderpool.spidernet.io/v2beta1',
    ],
    ['NetworkAttachmentDefinition', 'cni.cncf.io/v1', 'apiVersion: k8s.cni.cncf.io/v1'],
    ['NetworkAttachmentDefinition', 'multus.cni.io/v1', 'apiVersion: k8s.cni.cncf.io/v1'],
    ['AdminNetworkPolcy', 'policy.networking.k8s.io/v1alpha1', 'kind: AdminNetworkPolicy'],
    ['NetworkPolicy', 'policy.networking.k8s.io/v1alpha1', 'apiVersion: networking.k8s.io/v1'],
    ['CiliumNetworkpolicy', 'cilium.io/v2', 'kind: CiliumNetworkPolicy'],
    ['CiliumNetwrkPolicy', 'cilium.io/v2', 'kind: CiliumNetworkPolicy'],
    ['CiliumNetworkPolice', 'cilium.io/v2', 'kind: CiliumNetworkPolicy'],
    ['GlobalNetworkPolcy', 'projectcalico.org/v3', 'kind: GlobalNetworkPolicy'],
    ['GlobalNetworkPolicies', 'projectcalico.org/v3', 'kind: GlobalNetworkPolicy'],
    ['NetworkPolcy', 'crd.projectcalico.org/v1', 'kind: NetworkPolicy'],
    ['ClusterNetworkPolcy', 'crd.antrea.io/v1beta1', 'kind: ClusterNetworkPolicy'],
    ['SecurityGrup', 'kubeovn.io/v1', 'kind: SecurityGroup'],
    ['EgressFirewal', 'k8s.ovn.org/v1', 'kind: EgressFirewall'],
    ['EgressNetworkPolcy', 'network.openshift.io/v1', 'kind: EgressNetworkPolicy'],
    ['scenario', 'ipvlane.dev/v1alpha1', 'kind: Scenario'],
    ['Scenarios', 'ipvlane.dev/v1alpha1', 'kind: Scenario'],
    ['Scenaro', 'ipvlane.dev/v1alpha1', 'kind: Scenario'],
    ['Scenaro', 'ipvlan.dev/v1alpha1', 'kind: Scenario'],
    ['SpiderIPPol', 'spiderpool.spidernet.o/v2beta1', 'kind: SpiderIPPool'],
    ['Experiment', 'ipvlane.dev/v1alpha1', 'write a kind that the group has'],
    ['Pod', 'ipvlane.dev/v1alpha1', 'apiVersion: v1'],
    ['Wizard', 'v1', 'write a kind that the group has'],
  ])('%s of %s', (kind, apiVersion, help) => {
    const [only, ...others] = said([[kind, apiVersion]]);
    expect(only).toMatchObject({ code: 'E315' });
    expect(only!.help).toContain(help);
    expect(others).toEqual([]);
  });

  test.each([
    ['StagedGlobalNetworkPolicy', 'projectcalico.org/v3', 'W301'],
    ['FQDNNetworkPolicy', 'networking.gke.io/v1alpha1', 'E314'],
    ['GlobalNetworkSet', 'projectcalico.org/v3', 'W303'],
    ['CiliumEgressGatewayPolicy', 'cilium.io/v2', 'W303'],
    ['CiliumEndpoint', 'cilium.io/v2', 'W303'],
    ['EgressService', 'k8s.ovn.org/v1', 'W303'],
    ['NvDlpSecurityRule', 'neuvector.com/v1', 'W301'],
    ['IPAMClaim', 'k8s.cni.cncf.io/v1alpha1', 'W303'],
    // Nobody has all kinds of a group that projects share.
    ['NodeNetworkConfigurationPolicy', 'k8s.cni.cncf.io/v1alpha1', 'W303'],
    ['PodNetworkChaos', 'chaos-mesh.org/v1alpha1', 'E314'],
    ['DisruptionCron', 'chaos.datadoghq.com/v1beta1', 'W301'],
  ])('%s of %s is a kind of its own', (kind, apiVersion, code) => {
    expect(said([[kind, apiVersion]])).toMatchObject([{ code }]);
  });

  test('white space is named, as nobody sees it', () => {
    expect(said([['"NetworkPolicy\\u00a0"', 'networking.k8s.io/v1']])[0]!.message).toContain('white space');
  });

  test('what differs in its group is a kind of its own', () => {
    expect(said([['Deployment', 'fleet.example.com/v1']])).toMatchObject([{ code: 'W301' }]);
    expect(said([['Pod', 'example.com/v1']])).toMatchObject([{ code: 'W301' }]);
    expect(said([['SpiderWeb', 'example.com/v1']])).toMatchObject([{ code: 'W301' }]);
    expect(said([['CiliumNode', 'cilium.io/v2']])).toMatchObject([{ code: 'W303' }]);
    expect(said([['SpiderClaimParameter', 'spiderpool.spidernet.io/v2beta1']])).toMatchObject([{ code: 'W303' }]);
  });
});

describe('a version that Kubernetes 1.36 does not serve is an error', () => {
  test.each([
    ['HorizontalPodAutoscaler', 'autoscaling/v2beta2', 'autoscaling/v2'],
    ['Ingress', 'networking.k8s.io/v1beta1', 'networking.k8s.io/v1'],
    ['Ingress', 'extensions/v1beta1', 'networking.k8s.io/v1'],
    ['PodDisruptionBudget', 'policy/v1beta1', 'policy/v1'],
    ['RuntimeClass', 'node.k8s.io/v1beta1', 'node.k8s.io/v1'],
    ['ClusterRole', 'rbac.authorization.k8s.io/v1beta1', 'rbac.authorization.k8s.io/v1'],
    ['CustomResourceDefinition', 'apiextensions.k8s.io/v1beta1', 'apiextensions.k8s.io/v1'],
    ['EndpointSlice', 'discovery.k8s.io/v1beta1', 'discovery.k8s.io/v1'],
    ['Service', 'v2', 'v1'],
    ['DeviceTaintRule', 'resource.k8s.io/v1', 'resource.k8s.io/v1beta2'],
    ['CronJob', 'batch/v1beta1', 'batch/v1'],
    ['NetworkPolicy', 'extensions/v1beta1', 'networking.k8s.io/v1'],
  ])('%s of %s', (kind, apiVersion, right) => {
    expect(said([[kind, apiVersion]])).toEqual([
      {
        code: 'E207',
        message: `${kind} of \`${apiVersion}\` is not served: a cluster finds no matches for the kind`,
        help: `write \`apiVersion: ${right}\``,
        line: 1,
      },
    ]);
  });

  test.each([
    ['PodSecurityPolicy', 'policy/v1beta1'],
    ['PodPreset', 'settings.k8s.io/v1alpha1'],
  ])('%s of %s, which is gone for good', (kind, apiVersion) => {
    expect(said([[kind, apiVersion]])).toMatchObject([{ code: 'E207', help: 'remove it' }]);
  });

  test.each([
    ['HorizontalPodAutoscaler', 'autoscaling/v1', 'W303'],
    ['ResourceClaim', 'resource.k8s.io/v1beta1', 'W303'],
    ['ServiceCIDR', 'networking.k8s.io/v1beta1', 'W303'],
    ['ClusterTrustBundle', 'certificates.k8s.io/v1alpha1', 'W301'],
  ])('%s of %s is served', (kind, apiVersion, code) => {
    expect(said([[kind, apiVersion]])).toMatchObject([{ code }]);
  });
});

describe('what has no part in the network', () => {
  const many: [string, string][] = [
    ...Array.from({ length: 3 }, (): [string, string] => ['ConfigMap', 'v1']),
    ['Secret', 'v1'],
    ['Role', 'rbac.authorization.k8s.io/v1'],
  ];

  test('is told in one line, and is no error where there is nothing else', () => {
    expect(said(many)).toEqual([
      {
        code: 'W301',
        message: '5 objects of 3 kinds: no part in the network (ConfigMap 3, Role 1, Secret 1)',
        help: undefined,
        line: 2,
      },
    ]);
  });

  test('is listed where it is asked for', () => {
    expect(said(many, { verbose: true }).map(({ message, line }) => `${line} ${message}`)).toEqual([
      '2 ConfigMap `x0` (v1): no part in the network',
      '7 ConfigMap `x1` (v1): no part in the network',
      '12 ConfigMap `x2` (v1): no part in the network',
      '17 Secret `x3` (v1): no part in the network',
      '22 Role `x4` (rbac.authorization.k8s.io/v1): no part in the network',
    ]);
  });
});

const REFUSED_BY_MESH = 'one that the mesh takes and then refuses';

describe('what has a part that is not modelled says what is lost, once', () => {
  test.each([
    ['Service', 'v1', 'virtual addresses, node ports'],
    ['EndpointSlice', 'discovery.k8s.io/v1', 'virtual addresses, node ports'],
    ['Ingress', 'networking.k8s.io/v1', 'through a gateway'],
    ['HTTPRoute', 'gateway.networking.k8s.io/v1', 'through a gateway'],
    ['HorizontalPodAutoscaler', 'autoscaling/v2', 'scales by load'],
    ['MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', 'admission'],
    ['ResourceClaim', 'resource.k8s.io/v1', 'no device'],
    ['VirtualService', 'networking.istio.io/v1', 'routes and rules above TCP'],
    ['AuthorizationPolicy', 'security.istio.io/v1', REFUSED_BY_MESH],
    ['PeerAuthentication', 'security.istio.io/v1', REFUSED_BY_MESH],
    ['Server', 'policy.linkerd.io/v1beta3', REFUSED_BY_MESH],
    ['AuthorizationPolicy', 'policy.linkerd.io/v1alpha1', REFUSED_BY_MESH],
    ['MeshTrafficPermission', 'kuma.io/v1alpha1', REFUSED_BY_MESH],
    ['ServiceIntentions', 'consul.hashicorp.com/v1alpha1', REFUSED_BY_MESH],
    ['TrafficTarget', 'access.smi-spec.io/v1alpha3', REFUSED_BY_MESH],
    ['IPPool', 'crd.projectcalico.org/v1', 'another network'],
  ])('%s of %s', (kind, apiVersion, loss) => {
    const warnings = said([
      [kind, apiVersion],
      [kind, apiVersion],
    ]);
    expect(warnings).toMatchObject([{ code: 'W303', line: 2 }]);
    expect(warnings[0]!.message).toContain(`2 objects of kind ${kind}: `);
    expect(warnings[0]!.message).toContain(loss);
    expect(warnings[0]!.help).toBeDefined();
  });

  test.each([
    ['cilium-config', '{ enable-policy: always }', 'a pod that no policy selects is open'],
    ['cilium-config', '{ enable-policy: never }', 'enforces no policy'],
    ['cilium-config', '{ enable-policy: default }', 'how a network of the cluster is set'],
    ['kube-proxy', '{}', 'virtual addresses, node ports'],
    ['calico-config', '{}', 'how a network of the cluster is set'],
    ['multus-daemon-config', '{}', 'how a network of the cluster is set'],
    ['spiderpool-conf', '{}', 'how a network of the cluster is set'],
  ])('ConfigMap %s with %s', (name, data, loss) => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}\n`;
    const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
    expect(diagnostics).toMatchObject([{ code: 'W303', message: expect.stringContaining(loss) as string }]);
  });

  test('of a custom resource it is told that nothing is known', () => {
    expect(said([['Notebook', 'kubeflow.org/v1']])[0]).toMatchObject({
      code: 'W301',
      message: expect.stringContaining('a custom resource that is not known here') as string,
    });
  });
});
