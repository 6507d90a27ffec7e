import { oneOf } from './one-of.ts';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { type EngineName, engineNames } from '../../dataplane/bandwidth/engine.ts';
import { nearest } from '../diagnostics/nearest.ts';
import type { CommandRow } from './command.ts';
import { ASKING_COMMANDS } from './held/commands.ts';
import { MATRIX_COMMANDS } from './matrix-commands.ts';
import {
  heldOption,
  kernelOption,
  namespaceOption,
  bootOptions,
  fullNamesOption,
  positiveInteger,
  runningLabOption,
  seedOption,
  stallOption,
  wholeNumber,
} from './shared-options.ts';

/** Without any it is the current folder that is read. */
const MANIFESTS = '[path...]';

/** An option that may be given several times. */
const gather = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const engineOption = (): Option =>
  oneOf(new Option('--engine <name>', 'what enforces the limits, instead of what the scenario says'), engineNames);

const runOptions = (command: Command): void => {
  bootOptions(command)
    .addOption(seedOption())
    .option('-o, --out <folder>', 'where trace, result and report go (default: ipvlane-out/<scenario>)')
    .addOption(stallOption())
    .option('--no-traffic', 'of manifests without a timeline: measure who reaches whom, not the limits')
    .option('--pcap', 'capture every pod into a pcap in the output folder')
    .option(
      '--show-commands',
      'print what is built, and what each step does, as lines of iproute2, tc, bpftool and sysctl',
    )
    .option('--allow-unmeasured', 'exit code 0, not 4, when all is met but what could not be measured here')
    .option(
      '--hold',
      'keep the lab alive after the last step: names, listeners on declared ports, `ipvlane exec`, `probe`, `traffic`',
    )
    .option('--json', 'print result.json on standard output (of several Scenarios all in one document)')
    .addOption(fullNamesOption())
    .option('--plain', 'plain lines instead of the live screen');
};

/** Of `label` and `annotate`. */
function valuesOptions(command: Command): void {
  command
    .option('--overwrite', 'replace another value that is there, which is an error otherwise')
    .addOption(namespaceOption())
    .addOption(runningLabOption());
}

/** What people use in the field; the mistakes are asked for by name. */
const FIELD_ENGINES: readonly EngineName[] = ['ipvlane', 'edt', 'edt-no-fq', 'policer', 'cni-bandwidth', 'htb', 'cake'];

function listOfEngines(text: string): readonly EngineName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !engineNames.some((known) => known === name));
  if (unknown !== undefined) {
    const near = nearest(unknown, engineNames);
    throw new InvalidArgumentError(
      `\`${unknown}\` is no engine${near === null ? '.' : `; did you mean \`${near}\`?`} There are ${engineNames.join(', ')}.`,
    );
  }
  return [...new Set(names)] as EngineName[];
}

/** The commands, in the order `ipvlane --help` lists them. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'run',
    summary: 'bring the manifests up in a kernel, run the timeline, measure, judge',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane run scenarios/seed', what: 'a scenario: its folder or its file' },
      { line: 'ipvlane run my-chart/rendered', what: 'plain manifests: who reaches whom, and each limit' },
      { line: 'ipvlane run my-chart/rendered --no-traffic', what: 'who reaches whom alone' },
      { line: 'ipvlane run scenarios/seed --json | jq .verdict', what: 'for machines' },
      {
        line: 'ipvlane run scenarios',
        what: 'every Scenario in its folders: one summary, one junit.xml, the worst exit code',
      },
      { line: "ipvlane run scenarios --json | jq '.scenarios[].verdict'", what: 'all of them in one JSON document' },
      { line: 'kubectl kustomize prod | ipvlane run -', what: 'what another program prints' },
      { line: 'ipvlane run scenarios/seed --hold', what: 'keep it; then `ipvlane exec` from another terminal' },
    ],
    configure: (command) => {
      runOptions(command);
      command.addOption(engineOption());
    },
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'compare',
    summary: 'run a scenario under several engines and put their numbers side by side',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane compare scenarios/seed --engines ipvlane,htb,cake', what: 'a table a flow, and an HTML page' },
      { line: 'ipvlane compare scenarios/seed --clock virtual --json', what: 'all engines, exact, for machines' },
    ],
    configure: (command) => {
      runOptions(command);
      command.addOption(
        new Option('--engines <names>', `separated by commas, of: ${engineNames.join(', ')}`)
          .argParser(listOfEngines)
          .default(FIELD_ENGINES, FIELD_ENGINES.join(',')),
      );
    },
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'check',
    summary: 'read and plan the manifests, say all that is wrong with them, run nothing',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane check scenarios/seed', what: 'exit code 0 when all is well, 2 when not' },
      { line: 'ipvlane check --json *.yaml', what: 'diagnostics as JSON, for editors' },
      { line: 'helm template my-chart | ipvlane check -', what: 'what another program prints' },
      { line: 'ipvlane check -R -f base -k overlays/prod', what: 'as kubectl takes them' },
      { line: 'ipvlane check . --ignore CiliumNetworkPolicy -v', what: 'without those; a line for each object' },
    ],
    configure: (command) => {
      command.option('--json', 'diagnostics as a JSON array on standard output');
      command.option('--all', 'every diagnostic of a file; without it the first 50');
    },
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'init',
    summary: 'write a commented Scenario for the manifests of a folder: a flow for each limit, probes for each policy',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane init my-manifests', what: 'into my-manifests/scenario.yaml, if there is none' },
      { line: 'ipvlane init my-manifests -o -', what: 'on standard output' },
    ],
    configure: (command) => {
      command
        .option('-o, --out <file>', 'where the Scenario goes, - for standard output (default: FOLDER/scenario.yaml)')
        .option('--force', 'put it in the place of one that is there');
    },
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'plan',
    summary: 'show what the manifests mean: nodes, addresses, limits, chains, steps',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane plan scenarios/seed', what: 'as tables' },
      { line: 'ipvlane plan --json scenarios/seed', what: 'the plan itself, as the agent gets it' },
    ],
    configure: (command) => {
      command.option('--json', 'the whole plan as JSON');
    },
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'reach',
    summary: 'say who reaches whom, by the policies, by the loaded programs and by real packets',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane reach my-manifests/', what: 'any folder: every pod to the declared ports of every other' },
      { line: 'ipvlane reach', what: 'the lab that `run --hold` keeps, as it is now' },
      { line: 'ipvlane reach . --port TCP/8080 --port UDP/53 --from web', what: 'only these' },
      { line: 'ipvlane reach --from ns/shop --to deploy/web -n web', what: 'all pods of a namespace, of a workload' },
      { line: 'ipvlane reach . --mode oracle', what: 'at once and without a kernel: what NetworkPolicy says' },
      { line: 'ipvlane reach . --html reach.html', what: 'a heat map whose squares say the rule' },
      { line: "ipvlane reach . --json | jq '.[] | select(.oracle != .wire)'", what: 'for machines' },
    ],
    configure: (command) => {
      bootOptions(
        command
          .option('--from <party>', 'who sends: NAME, TYPE/NAME, host:NAME, node:NAME; again for more', gather)
          .option('--to <party>', 'who receives', gather)
          .addOption(namespaceOption())
          .option('-p, --port <port>', 'TCP/80, UDP/53, SCTP/132, ICMP (default: declared container ports)', gather)
          .addOption(
            oneOf(new Option('--mode <mode>', 'whom to ask'), ['oracle', 'verdict', 'wire', 'all']).default('all'),
          ),
      )
        .addOption(heldOption())
        .option('--html <file>', 'write the heat map there')
        .option('--json', 'a JSON array of {from, to, protocol, port, oracle, verdict, wire, rule}');
    },
    load: async () => (await import('./reach.ts')).reach,
  },
  {
    name: 'explain',
    summary: 'follow one packet from hook to hook, with the rule that decided and what the kernel counted',
    positional: '<from> <to[:port]> [port-or-path] [path...]',
    manifestsFrom: 'after a port',
    examples: [
      {
        line: 'ipvlane explain frontend backend 80/TCP my-manifests/',
        what: 'pods, workloads, host:NAME or node:NAME',
      },
      { line: 'ipvlane explain pod/a deploy/web -n shop', what: 'here, to the port that web declares' },
      { line: "ipvlane explain pod/a 'web[0]:http'", what: 'as `probe` has it; a port by its number or its name' },
      { line: 'ipvlane explain shop/db host:internet 443 . --mode oracle', what: 'at once and without a kernel' },
      { line: 'ipvlane explain shop/db 198.51.100.7 UDP/53 .', what: 'any address outside, judged by ipBlocks' },
    ],
    configure: (command) => {
      bootOptions(
        command
          .addOption(
            oneOf(new Option('--mode <mode>', 'all: ask a kernel too, for evidence'), ['oracle', 'all']).default('all'),
          )
          .addOption(namespaceOption())
          .addOption(heldOption()),
      )
        .addOption(fullNamesOption())
        .option('--json', 'stages and evidence as JSON');
    },
    load: async () => (await import('./explain.ts')).explain,
  },
  ...ASKING_COMMANDS,
  {
    name: 'conformance',
    summary: 'hold policies, programs and packets to truth tables of NetworkPolicy',
    positional: '<file>',
    examples: [
      { line: 'ipvlane conformance truth-tables.json', what: 'all steps as live changes of one lab; the score by tag' },
      { line: 'ipvlane conformance truth-tables.json --mode oracle', what: 'at once and without a kernel' },
      { line: 'ipvlane conformance truth-tables.json --case 12', what: 'one case' },
      { line: 'ipvlane conformance truth-tables.json --kernel uml-virtual', what: 'nobody waits for a time-out' },
    ],
    configure: (command) => {
      bootOptions(
        command
          .addOption(
            oneOf(new Option('--mode <mode>', 'whom to ask'), ['oracle', 'verdict', 'wire', 'all']).default('all'),
          )
          .option('--case <id>', 'only this case; again for more', gather),
      )
        .option('--timeout <ms>', 'how long the wire may be silent before that is a denial', positiveInteger, 400)
        .option('--json', 'the score and every differing cell as JSON');
    },
    load: async () => (await import('./conformance.ts')).conformance,
  },
  {
    name: 'doctor',
    summary: 'say what each kernel needs on this machine, has and lacks, and the line that fixes it',
    positional: '',
    examples: [
      { line: 'ipvlane doctor', what: 'exit code 0 when at least one kernel can be used, else 3' },
      { line: 'ipvlane doctor --kernel uml', what: 'only that one' },
    ],
    configure: (command) => {
      command.addOption(kernelOption()).option('--json', 'the reports as JSON');
    },
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'kernels',
    summary: 'list the kernels that can be had by name, pull or build them into the cache, remove them',
    positional: '',
    examples: [
      { line: 'ipvlane kernels list', what: 'what is here, what can be had' },
      {
        line: 'ipvlane kernels pull debian:6.12 uml:5.10',
        what: 'fetch before going offline; `run` does it by itself',
      },
      { line: 'ipvlane kernels build uml-virtual', what: 'virtual time with an infinitely fast processor; minutes' },
      { line: 'ipvlane kernels rm debian:6.12', what: 'free the space' },
    ],
    configure: (command) => {
      command
        .addArgument(oneOf(new Argument('<verb>', 'what to do'), ['list', 'pull', 'build', 'rm']))
        .argument('[name...]', 'kernels, as `kernels list` names them')
        .option('--again', 'pull, build: fetch the newest, build it anew, even if one is here')
        .option('--json', 'list: as JSON');
    },
    load: async () => (await import('./kernels.ts')).kernels,
  },
  ...MATRIX_COMMANDS,
  {
    name: 'report',
    summary: 'make result, JUnit, Markdown and HTML again from what was recorded',
    positional: '[folder]',
    examples: [
      { line: 'ipvlane report ipvlane-out/seed', what: 'reads trace.ndjson there, writes the reports beside it' },
      { line: 'ipvlane report ipvlane-out/seed --json', what: 'only print the result' },
      { line: 'ipvlane report trace.ndjson', what: 'all that a trace alone says, beside it' },
      { line: 'ipvlane report ipvlane-out/matrix', what: 'a matrix or a comparison: its runs, then its own pages' },
    ],
    configure: (command) => {
      command
        .option('--json', 'print the result on standard output, write nothing; of several runs one document')
        .addOption(fullNamesOption());
    },
    load: async () => (await import('./report.ts')).report,
  },
  {
    name: 'exec',
    summary: 'run any program of this machine inside a pod of a lab that `run --hold` keeps',
    positional: '<pod> <command...>',
    examples: [
      { line: 'ipvlane exec client -- ping -c 3 172.51.0.100', what: "exit code and streams are the program's" },
      { line: 'ipvlane exec -it client -- bash', what: 'with a terminal' },
      { line: 'ipvlane exec host:outside -- ip address', what: 'in an outside host, or node:NAME' },
      {
        line: "ipvlane exec -n shop 'web[1]' -- ip address",
        what: 'a replica; deploy/web is the first, as for kubectl',
      },
    ],
    configure: (command) => {
      command
        .passThroughOptions()
        .option('-t, --tty', 'give the program a terminal')
        .option('-i, --stdin', 'as for kubectl; what comes on standard input is always passed on')
        .addOption(namespaceOption());
      command.addOption(runningLabOption());
    },
    load: async () => (await import('./exec.ts')).exec,
  },
  {
    name: 'apply',
    summary: 'to a lab that runs: bring policies, namespaces, pods and workloads, or change them',
    positional: MANIFESTS,
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane apply -f deny-all.yaml', what: 'a policy comes into force, while traffic flows' },
      { line: 'ipvlane apply -f more-pods/', what: 'a folder, as kubectl reads it' },
      { line: 'kubectl kustomize more/ | ipvlane apply -f -', what: 'what another program prints' },
    ],
    configure: (command) => {
      command.addOption(runningLabOption());
    },
    load: async () => (await import('./change-lab.ts')).apply,
  },
  {
    name: 'delete',
    summary: 'from a lab that runs: take policies, pods, workloads or a namespace away',
    positional: '[type-name...]',
    manifestsFrom: 'options only',
    examples: [
      { line: 'ipvlane delete networkpolicy deny-all', what: 'what it denied may pass again' },
      {
        line: 'ipvlane delete pod/client deploy/web -n shop',
        what: 'a pod of a workload is replaced by its controller',
      },
      { line: 'ipvlane delete -f deny-all.yaml', what: 'what a file holds' },
    ],
    configure: (command) => {
      command.addOption(namespaceOption()).addOption(runningLabOption());
    },
    load: async () => (await import('./change-lab.ts')).deleteObjects,
  },
  {
    name: 'label',
    summary: 'in a lab that runs: set labels of a pod, a workload’s pods or a namespace',
    positional: '<words...>',
    examples: [
      { line: 'ipvlane label pod/client door=open old-', what: '`key-` takes a label away' },
      { line: 'ipvlane label --overwrite pod client door=shut', what: 'another value in place of the one it has' },
      { line: 'ipvlane label ns shop team=red', what: 'policies that select by it follow at once' },
    ],
    configure: (command) => {
      valuesOptions(command);
    },
    load: async () => (await import('./change-lab.ts')).label,
  },
  {
    name: 'annotate',
    summary: 'in a lab that runs: change bandwidth limits while traffic flows',
    positional: '<words...>',
    examples: [
      { line: 'ipvlane annotate pod client kubernetes.io/egress-bandwidth=20M', what: 'holds within 100 ms' },
      {
        line: 'ipvlane annotate --overwrite deploy/web kubernetes.io/egress-bandwidth=1M',
        what: 'in place of the limit that its pods have',
      },
      { line: 'ipvlane annotate pod client kubernetes.io/egress-bandwidth-', what: 'the limit goes' },
    ],
    configure: (command) => {
      valuesOptions(command);
    },
    load: async () => (await import('./change-lab.ts')).annotate,
  },
  {
    name: 'scale',
    summary: 'in a lab that runs: set how many pods a workload has',
    positional: '<type-name...>',
    examples: [
      { line: 'ipvlane scale deploy/test --replicas=4', what: 'new pods come up, or the newest go' },
      { line: 'ipvlane scale sts db -n shop --replicas=0', what: 'as kubectl takes it' },
    ],
    configure: (command) => {
      command.requiredOption('--replicas <number>', 'how many', wholeNumber).addOption(namespaceOption());
      command.addOption(runningLabOption());
    },
    load: async () => (await import('./change-lab.ts')).scale,
  },
  {
    name: 'demo',
    summary: 'the seed scenario: 100M both ways, then a NetworkPolicy cuts the outbound traffic',
    positional: '',
    examples: [{ line: 'ipvlane demo', what: 'about half a minute; ends with a report' }],
    configure: (command) => {
      runOptions(command);
      command.addOption(engineOption());
    },
    load: async () => (await import('./demo.ts')).demo,
  },
];
