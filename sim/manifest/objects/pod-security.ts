/**
 * The admission of pods by the labels of their namespace (pod-security.kubernetes.io): what its levels forbid, as the
 * checks of k8s.io/pod-security-admission have it for Kubernetes 1.36 and, by `enforce-version`, for older versions.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import { isOfCluster } from '../exported/given-again.ts';
import type { Manifests, NamespaceManifest, Path, PodManifest, WorkloadManifest } from '../manifests.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = ['privileged', 'baseline', 'restricted'];
const NEWEST = 36;

/** A pod, or a template of pods, with the fields that change no packet as well. */
interface Judged {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

interface Violation {
  /** From the pod's spec. */
  readonly path: Path;
  /** `hostPID: true` */
  readonly what: string;
}

/** Tells of pods that their namespace forbids, and of labels that no namespace may have. */
export function checkPodSecurity(manifests: Manifests, diagnostics: Collector): void {
  const enforced = new Map<string, EnforcedPolicy>();
  for (const namespace of manifests.namespaces) {
    const policy = policyOf(namespace, diagnostics);
    if (policy !== null) enforced.set(namespace.name, policy);
  }
  const applied = (manifests.scenario?.spec.timeline ?? []).flatMap((step) =>
    step.verb === 'apply' ? [step.objects] : [],
  );
  for (const { pods, workloads } of [manifests, ...applied]) {
    for (const pod of pods) tellOf(pod, () => ({ ...pod, spec: fieldsOf(pod.spec) }), ['spec']);
    for (const workload of workloads) {
      const { template, templatePath } = workload.spec;
      tellOf(workload, () => ({ ...template, spec: fieldsOf(template.spec) }), [...templatePath, 'spec']);
    }
  }

  function tellOf(object: PodManifest | WorkloadManifest, judged: () => Judged, base: Path): void {
    const policy = enforced.get(object.namespace);
    // What a cluster had, it has admitted.
    if (policy === undefined || policy.level === 'privileged' || isOfCluster(object)) return;
    const violations = violationsOf(judged(), policy.level, policy.minor);
    const [first] = violations;
    if (first === undefined) return;
    const { kind, namespace, name } = object;
    const what = violations.map((one) => one.what).join(', ');
    const level = `namespace ${namespace} enforces \`${policy.level}\``;
    const ways = `change that, or label the namespace \`${PREFIX}enforce: privileged\` where the cluster exempts it`;
    const span = object.spanOf([...base, ...first.path]);
    if (kind === 'Pod') {
      diagnostics.add('E444', span, `the API server refuses pod ${namespace}/${name}: ${level}: ${what}`, {
        help: ways,
      });
    } else {
      const lost = `the API server refuses the pods of ${kind} ${namespace}/${name}, which the lab makes`;
      diagnostics.add('W453', span, `${lost}: ${level}: ${what}`, { help: ways });
    }
  }
}

interface EnforcedPolicy {
  readonly level: string;
  readonly minor: number;
}

/** null: it says nothing of it, and everything is admitted. */
function policyOf({ labels, spanOf }: NamespaceManifest, diagnostics: Collector): EnforcedPolicy | null {
  if (!Object.keys(labels).some((label) => label.startsWith(PREFIX))) return null;
  const refuse = (label: string, help: string) => {
    const written = `\`${labels[label] ?? ''}\` of \`${label}\``;
    diagnostics.add('E209', spanOf(['metadata', 'labels', label]), `${written} is refused by the API server`, { help });
  };
  for (const mode of ['enforce', 'audit', 'warn']) {
    const [level, version] = [`${PREFIX}${mode}`, `${PREFIX}${mode}-version`];
    if (labels[level] !== undefined && !LEVELS.includes(labels[level])) {
      refuse(level, 'write `privileged`, `baseline` or `restricted`');
    }
    if (labels[version] !== undefined && !/^(latest|v1\.(\d|[1-9]\d+))$/.test(labels[version])) {
      refuse(version, 'write `latest`, or a version such as `v1.36`');
    }
  }
  const minor = /^v1\.(\d+)$/.exec(labels[`${PREFIX}enforce-version`] ?? '')?.[1];
  return { level: labels[`${PREFIX}enforce`] ?? 'privileged', minor: minor === undefined ? NEWEST : Number(minor) };
}

/** What of a pod the level forbids, in the policy of Kubernetes 1.`minor`. */
export function violationsOf(pod: Judged, level: string, minor = NEWEST): Violation[] {
  const { spec } = pod;
  const all = { pod, minor, containers: containersOf(spec), contexts: contextsOf(spec) };
  if (level === 'baseline') return [...always(all), ...baselineAlone(all)];
  return level === 'restricted' ? [...always(all), ...restricted(all)] : [];
}

interface Parts {
  readonly pod: Judged;
  readonly minor: number;
  readonly containers: readonly Part[];
  /** `securityContext` of the pod, and of the containers. */
  readonly contexts: readonly Part[];
}

interface Part {
  readonly path: Path;
  readonly fields: Fields;
}

const SYSCTLS: readonly (readonly [since: number, names: string])[] = [
  [
    0,
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start',
  ],
  [27, 'net.ipv4.ip_local_reserved_ports'],
  [
    29,
    'net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes',
  ],
  [32, 'net.ipv4.tcp_rmem net.ipv4.tcp_wmem'],
  [37, 'net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat'],
];

/** What `baseline` forbids, and `restricted` with it. */
function always({ pod: { spec, annotations }, minor, containers, contexts }: Parts): Violation[] {
  const found: Violation[] = [];
  const forbid = (path: Path, what: string) => void found.push({ path, what });
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (spec[field] === true) forbid([field], `${field}: true`);
  }
  for (const { path, fields } of containers) {
    for (const [i, { hostPort }] of listIn(fields['ports']).entries()) {
      if ((hostPort ?? 0) !== 0) forbid([...path, 'ports', i, 'hostPort'], `hostPort: ${String(hostPort)}`);
    }
    for (const asked of minor < 34 ? [] : hostsAsked(fields)) {
      forbid([...path, ...asked.path], `host \`${asked.host}\` of a probe or lifecycle handler`);
    }
  }
  const known = SYSCTLS.flatMap(([since, names]) => (minor < since ? [] : names.split(' ')));
  for (const [i, { name }] of listIn(mapIn(spec['securityContext'])['sysctls']).entries()) {
    if (!known.includes(String(name))) forbid(['securityContext', 'sysctls', i], `sysctl ${String(name)}`);
  }
  const selinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
  if (minor >= 31) selinuxTypes.push('container_engine_t');
  for (const { path, fields } of contexts) {
    if (fields['privileged'] === true) forbid([...path, 'privileged'], 'privileged: true');
    if (mapIn(fields['windowsOptions'])['hostProcess'] === true) {
      forbid([...path, 'windowsOptions', 'hostProcess'], 'hostProcess: true');
    }
    const { type = '', user = '', role = '' } = mapIn(fields['seLinuxOptions']);
    if (!selinuxTypes.includes(String(type)) || user !== '' || role !== '') {
      forbid([...path, 'seLinuxOptions'], 'seLinuxOptions');
    }
    const profile = fields['appArmorProfile'];
    if (profile !== undefined && !/^(RuntimeDefault|Localhost)$/.test(String(mapIn(profile)['type']))) {
      forbid([...path, 'appArmorProfile'], `appArmorProfile ${String(mapIn(profile)['type'])}`);
    }
    const procMount = procMountOf(fields);
    // A user namespace of its own lifts it, but for `restricted`, which asks for the same again from 1.35 on.
    if (procMount !== 'Default' && (minor < 35 || spec['hostUsers'] !== false)) {
      forbid([...path, 'procMount'], `procMount: ${procMount}`);
    }
    const seccomp = mapIn(fields['seccompProfile'])['type'];
    if (minor >= 19 && fields['seccompProfile'] !== undefined && !isSeccomp(seccomp)) {
      forbid([...path, 'seccompProfile'], `seccompProfile ${String(seccomp)}`);
    }
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith('container.apparmor.security.beta.kubernetes.io/')) continue;
    if (!/^(|runtime\/default|localhost\/.*)$/.test(value)) forbid([], `annotation \`${key}: ${value}\``);
  }
  return found;
}

/** What `baseline` forbids, and `restricted` forbids in other words. */
function baselineAlone({ pod: { spec }, contexts }: Parts): Violation[] {
  return [
    ...listIn(spec['volumes']).flatMap(({ hostPath }, i) =>
      hostPath === undefined ? [] : [{ path: ['volumes', i, 'hostPath'], what: 'a hostPath volume' }],
    ),
    ...contexts.flatMap(({ path, fields }) =>
      addedBeyond(fields, DEFAULT_CAPABILITIES).map(({ at, name }) => ({
        path: [...path, 'capabilities', 'add', at],
        what: `capability ${name}`,
      })),
    ),
  ];
}

const DEFAULT_CAPABILITIES =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  );

const VOLUMES = 'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' ');

/** What `restricted` forbids beside. */
function restricted({ pod: { spec }, minor, containers, contexts }: Parts): Violation[] {
  const found: Violation[] = [];
  const forbid = (path: Path, what: string) => void found.push({ path, what });
  const ofPod = mapIn(spec['securityContext']);
  const isMapped = minor >= 35 && spec['hostUsers'] === false;
  for (const [i, volume] of listIn(spec['volumes']).entries()) {
    if (!VOLUMES.some((source) => volume[source] !== undefined)) {
      const source = Object.keys(volume).find((field) => field !== 'name') ?? 'unknown';
      forbid(['volumes', i], `a volume of type ${source}`);
    }
  }
  for (const { path, fields } of contexts) {
    if (!isMapped && fields['runAsNonRoot'] === false) forbid([...path, 'runAsNonRoot'], 'runAsNonRoot: false');
    if (!isMapped && minor >= 23 && fields['runAsUser'] === 0) forbid([...path, 'runAsUser'], 'runAsUser: 0');
    const procMount = procMountOf(fields);
    if (minor >= 35 && spec['hostUsers'] === false && procMount !== 'Default') {
      forbid([...path, 'procMount'], `procMount: ${procMount}`);
    }
  }
  for (const { path, fields } of containers) {
    const own = mapIn(fields['securityContext']);
    if (own['allowPrivilegeEscalation'] !== false) forbid(path, 'no `allowPrivilegeEscalation: false`');
    if (!isMapped && own['runAsNonRoot'] === undefined && ofPod['runAsNonRoot'] === undefined) {
      forbid(path, 'no `runAsNonRoot: true`');
    }
    if (minor >= 19 && own['seccompProfile'] === undefined && ofPod['seccompProfile'] === undefined) {
      forbid(path, 'no `seccompProfile`');
    }
    if (minor < 22) continue;
    const { drop = [] } = mapIn(own['capabilities']);
    if (!(drop as unknown[]).includes('ALL')) forbid(path, 'no `drop: [ ALL ]` of capabilities');
    for (const { at, name } of addedBeyond(own, ['NET_BIND_SERVICE'])) {
      forbid([...path, 'securityContext', 'capabilities', 'add', at], `capability ${name}`);
    }
  }
  // What every container lacks is said once.
  return found.filter(({ what }, i) => found.findIndex((one) => one.what === what) === i);
}

function procMountOf({ procMount }: Fields): string {
  return typeof procMount === 'string' ? procMount : 'Default';
}

function isSeccomp(type: unknown): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost';
}

function addedBeyond(context: Fields, allowed: readonly string[]): { at: number; name: string }[] {
  const { add = [] } = mapIn(context['capabilities']);
  return (add as unknown[]).flatMap((name, at) => (allowed.includes(String(name)) ? [] : [{ at, name: String(name) }]));
}

function containersOf(spec: Fields): Part[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    listIn(spec[field]).map((fields, i) => ({ path: [field, i], fields })),
  );
}

function contextsOf(spec: Fields): Part[] {
  const holders = [{ path: [], fields: spec }, ...containersOf(spec)];
  return holders.map(({ path, fields }) => ({
    path: [...path, 'securityContext'],
    fields: mapIn(fields['securityContext']),
  }));
}

function hostsAsked(container: Fields): { path: Path; host: string }[] {
  const lifecycle = mapIn(container['lifecycle']);
  const handlers: Part[] = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((name) => ({
      path: [name],
      fields: mapIn(container[name]),
    })),
    ...['postStart', 'preStop'].map((name) => ({ path: ['lifecycle', name], fields: mapIn(lifecycle[name]) })),
  ];
  return handlers.flatMap(({ path, fields }) =>
    ['httpGet', 'tcpSocket'].flatMap((by) => {
      const { host = '' } = mapIn(fields[by]);
      return host === '' ? [] : [{ path: [...path, by, 'host'], host: String(host) }];
    }),
  );
}

function listIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function mapIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** With those that the types leave out, since nothing else reads them. */
function fieldsOf(spec: object): Fields {
  return spec as Fields;
}
