import { D3Node, type DomDocument, type DomElement } from 'd3-node';
import { describe, expect, test } from 'vitest';
import { syntheticTrace, type SyntheticOptions } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import type { Plan, PodPlan } from '../../sim/plan/plan.ts';
import { party, POD_B, seedPlan } from '../../sim/trace/fixtures/seed-plan.ts';
import type { ReportContext } from './report-context.ts';
import { renderHtmlReport } from './report.ts';

const context: ReportContext = {
  command: 'ipvlane run scenarios/seed --kernel uml',
  manifests: [{ file: 'deployment.yaml', text: 'kind: Deployment\n' }],
  startedAt: '2026-01-01T12:00:00Z',
  wallMs: 31_200,
};

async function report(options: SyntheticOptions = {}, more: Partial<ReportContext> = {}): Promise<string> {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  const result = measurement.result({ bootMs: 1830 });
  return renderHtmlReport({ measurement, result, context: { ...context, ...more } });
}

function parse(page: string): DomDocument {
  const { DOMParser } = new D3Node().window;
  return new DOMParser().parseFromString(page, 'text/html');
}

const texts = (elements: Iterable<DomElement>) => [...elements].map(({ textContent }) => textContent.trim());

describe('the report of the seed', async () => {
  const page = await report();
  const document = parse(page);

  test('says the verdict first, then topology, bandwidth, latency, reachability, checks, drops, and how it was run', () => {
    expect(document.querySelector('header .verdict strong')!.textContent).toBe('Passed');
    expect(texts(document.querySelectorAll('h2'))).toEqual([
      'Topology',
      'Bandwidth',
      'Latency',
      'Reachability',
      'Checks',
      'Drops',
      'How it was run',
    ]);
  });

  test('is one file: no script, no address of another machine, nothing to load', () => {
    expect(document.querySelectorAll('script, link, iframe, object, embed, img, base, form')).toHaveLength(0);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\/[a-z]|url\(|@import|src=/i);
    for (const element of document.querySelectorAll('*')) expect(element.getAttribute('onclick')).toBeNull();
    for (const link of document.querySelectorAll('a')) expect(link.getAttribute('href')).toMatch(/^#/);
  });

  test('gives every picture a title and a description, and every table a caption and scopes', () => {
    const pictures = [...document.querySelectorAll('svg[role=img]')];
    expect(pictures).toHaveLength(4);
    const ids = new Set([...document.querySelectorAll('[id]')].map((element) => element.getAttribute('id')));
    for (const picture of pictures) {
      expect(picture.querySelector('title')!.textContent).not.toBe('');
      expect(picture.querySelector('desc')!.textContent).not.toBe('');
      for (const id of picture.getAttribute('aria-labelledby')!.split(' ')) expect(ids).toContain(id);
    }
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelector('caption')!.textContent.trim()).not.toBe('');
      for (const head of table.querySelectorAll('th')) expect(head.getAttribute('scope')).toMatch(/^(row|col)$/);
    }
    expect(ids.size).toBe(document.querySelectorAll('[id]').length);
  });

  test('draws each flow against its limit, the first second apart', () => {
    const charts = [...document.querySelectorAll('figure.flow')];
    expect(charts).toHaveLength(2);
    for (const chart of charts) {
      for (const name of ['c-first', 'c-limit', 'c-predicted', 'c-wire', 'c-goodput']) {
        expect(chart.querySelector(`svg[role=img] .${name}`), name).not.toBeNull();
      }
    }
    expect(charts[0]!.textContent).toContain('on the wire 99.80 Mbit/s');
  });

  test('draws every pod, its master and the host outside', () => {
    const drawing = document.querySelector('svg[aria-labelledby^=topology]')!.textContent;
    for (const text of ['test-7d9f8b6c5-x2x4q', '172.51.0.100/16', '↓ 100M  ↑ 100M', 'client', 'no limit', 'ens192']) {
      expect(drawing).toContain(text);
    }
    expect(drawing).toContain('underlay: 10 Gbit/s, 100 µs one way, MTU 1500');
    expect(drawing).toContain('outside: outside');
  });

  test('gives each check expected, predicted, measured and error', () => {
    const rows = [...document.querySelectorAll('#checks ~ .scroll tbody tr')].map((row) =>
      texts(row.querySelectorAll('th, td')),
    );
    expect(rows).toContainEqual([
      'first_second_bps <= 1.1 limit',
      '✓ pass',
      '110.0 Mbit/s',
      '100.0 Mbit/s',
      '99.80 Mbit/s',
      '−0.20 %',
    ]);
    expect(rows).toHaveLength(14);
  });

  test('says how it was run', () => {
    const facts = document.querySelector('dl.facts')!.textContent;
    for (const text of [context.command, 'uml, Linux 6.1.176', 'iperf3 3.12', 'fq', 'default/test-ipvlan', '31.2 s']) {
      expect(facts).toContain(text);
    }
    expect(document.querySelector('details pre')!.textContent).toBe('kind: Deployment\n');
  });
});

describe('what our own generator measures', async () => {
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  const seed = measurement.result({ bootMs: 1830 });
  const [paced, asking] = seed.flows;
  const result: Result = {
    ...seed,
    flows: [
      {
        ...paced!,
        protocol: 'UDP',
        generator: 'ipvlane',
        rtt_us: null,
        one_way_us: { p50: 110, p95: 190, p99: 240, max: 910 },
        fairness: 0.9987,
      },
      {
        ...asking!,
        generator: 'iperf3',
        request_us: { p50: 820, p95: 1300, p99: 2100, max: 7000, answered: 1234, lost: 5 },
      },
    ],
  };
  const document = parse(await renderHtmlReport({ measurement, result, context }));
  const tableOf = (caption: string): string[][] => {
    const table = [...document.querySelectorAll('table')].find(
      (each) => each.querySelector('caption')!.textContent.trim() === caption,
    );
    return [...table!.querySelectorAll('tbody tr')].map((row) => texts(row.querySelectorAll('th, td')));
  };

  test('has a table each: requests with their losses, datagrams one way, pings', () => {
    const name = `${asking!.from} → ${asking!.to}`;
    expect(tableOf('From a request’s first byte to its reply’s last')).toEqual([
      [name, '820 µs', '1.30 ms', '2.10 ms', '7.00 ms', '1\u202f234', '5'],
    ]);
    expect(tableOf('From a datagram’s departure to its receiver')).toEqual([
      [`${paced!.from} → ${paced!.to}`, '110 µs', '190 µs', '240 µs', '910 µs'],
    ]);
    expect(tableOf('Round trip of a ping beside the flow')).toHaveLength(1);
  });

  test('is drawn, a row each', () => {
    const drawing = document.querySelector('#latency ~ figure svg[role=img]')!;
    for (const what of ['ping', 'request to reply', 'one way']) expect(drawing.textContent).toContain(`: ${what}`);
    expect(drawing.querySelectorAll('.c-load')).toHaveLength(3);
    expect(drawing.querySelectorAll('.c-idle')).toHaveLength(1);
  });

  test('names the generators, and how evenly streams shared', () => {
    const section = document.querySelector('section[aria-labelledby=flows]')!.textContent;
    expect(section).toContain('ipvlane’s own generator (1 of 2 flows) and iperf3 (1 of 2 flows)');
    expect(section).toContain('Jain’s index');
    expect(tableOf('Each flow in numbers').map((row) => row[7])).toEqual(['0.999', '–']);
  });
});

test('a limit that changes under a flow is drawn from when on it held', async () => {
  const records = syntheticTrace();
  const begun = records.find((record) => record.type === 'flow-state')!;
  const t = begun.t + 3e9;
  const at = records.findIndex((record) => record.t > t);
  const limitPods = [
    { namespace: 'default', name: POD_B.slice('default/'.length), limits: { egressBps: null, ingressBps: 40e6 } },
  ];
  const times = { t, askedNs: t, compiledNs: t, effectiveNs: t };
  const change = { type: 'change', step: 1, what: 'annotate', change: { limitPods }, mapUpdates: 1, ...times } as const;
  const measurement = createMeasurement();
  for (const record of records.toSpliced(at, 0, change)) measurement.add(record);
  const result = measurement.result({ bootMs: null });
  const page = parse(await renderHtmlReport({ measurement, result, context }));
  const lines = [...page.querySelector('figure.flow')!.querySelectorAll('svg line.c-limit')]
    .filter((line) => Number(line.getAttribute('x2')) > 30)
    .map((line) => ['x1', 'x2', 'y1'].map((name) => Number(line.getAttribute(name))));
  expect(lines).toHaveLength(2);
  const [first, second] = lines;
  expect(first![1]).toBe(second![0]);
  // The lower limit is drawn lower, where y grows downwards.
  expect(second![2]).toBeGreaterThan(first![2]!);
});

test('what failed stands under the verdict, and a surprise is marked in the matrix', async () => {
  const document = parse(
    await report({ flowDrops: { EDT_HORIZON: 7 }, measured: (id) => (id === 3 ? 'allowed' : null) }),
  );
  expect(document.querySelector('header .verdict strong')!.textContent).toBe('Failed');
  expect(texts(document.querySelectorAll('.failures li'))).toHaveLength(3);
  expect(document.querySelectorAll('.matrix td.wrong')).toHaveLength(1);
  expect(document.querySelector('.matrix td.wrong')!.textContent).toContain('✓ TCP/80 ≠');
  expect(texts(document.querySelectorAll('#drops ~ .scroll tbody th'))).toContain('EDT_HORIZON');
});

test('rates missed on a busy machine stand beside how busy it was', async () => {
  const machine = { processors: 2, cpu_waiting_pct: 80, steal_pct: 0, load_1m: 10.7 };
  const said = /80 % of the time a process waited for a processor, load 10\.7 on 2 processors/;
  const slow = parse(await report({ wireBytes: (_, s) => (50e6 / 8) * s }, { machine }));
  expect(slow.querySelector('header')!.textContent).toMatch(said);
  const met = parse(await report({}, { machine }));
  expect(met.querySelector('header')!.textContent).not.toMatch(said);
  expect(met.querySelector('dl.facts')!.textContent).toMatch(said);
});

test('a run without an end has no verdict, and still a report', async () => {
  const document = parse(await report({ stopBeforeStep: 1, end: 'interrupted' }, { startedAt: null, wallMs: null }));
  expect(document.querySelector('.verdict')!.textContent).toContain('The run was interrupted.');
  expect(document.querySelectorAll('.mark.skip')).toHaveLength(4 + 4 + 1 + 5);
});

test('names that are markup stay names', async () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&\u0000`;
  const plan = seedPlan();
  const renamed: Plan = {
    ...plan,
    scenario: { ...plan.scenario, name: hostile, description: hostile },
    nodes: plan.nodes.map((node) => ({ ...node, masters: node.masters.map((each) => ({ ...each, name: hostile })) })),
    hosts: [{ name: hostile, addresses: [hostile], routes: [] }],
    timeline: plan.timeline.map((step) => ({ ...step, name: hostile })),
    pods: plan.pods.map((pod) => ({ ...pod, owner: { kind: hostile, name: hostile } })),
  };
  const page = await report(
    { plan: renamed, flowDrops: { [hostile]: 3 } },
    { command: hostile, manifests: [{ file: hostile, text: `</pre>${hostile}` }] },
  );
  const document = parse(page);
  expect(document.querySelectorAll('script, img')).toHaveLength(0);
  expect(page).not.toContain('<script');
  expect(document.querySelector('h1')!.textContent).toBe(hostile.replace('\u0000', '\ufffd'));
});

describe('a thousand pods', async () => {
  const page = await report({ plan: thousandPods() });
  const document = parse(page);

  test('make a report below two megabytes', () => {
    expect(page.length).toBeLessThan(2_000_000);
  });

  test('are drawn as groups of workloads, and the long tables are folded', () => {
    expect(document.querySelector('svg[aria-labelledby^=topology]')!.textContent).toContain('× Deployment web-');
    expect(document.querySelectorAll('svg[aria-labelledby^=topology] g').length).toBeLessThan(200);
    expect(document.querySelector('details > summary')).not.toBeNull();
    expect(document.querySelectorAll('main > section > .scroll tbody tr').length).toBeLessThan(100);
  });

  test('have a script that filters and sorts the long tables, of the page itself and after them', () => {
    const scripts = [...document.querySelectorAll('script')];
    expect(scripts.map((script) => script.getAttribute('src'))).toEqual([null]);
    expect(page.indexOf('<script')).toBeGreaterThan(page.lastIndexOf('<details class="long'));
  });

  test('are counted by what decided their probes', () => {
    expect(document.querySelector('#reachability ~ p')!.textContent).toContain('3\u202f000 probes');
  });
});

function thousandPods(): Plan {
  const base = seedPlan();
  const [model] = base.pods;
  const node = (i: number) => `node-${1 + (i % 4)}`;
  const pods = Array.from({ length: 1000 }, (_, i): PodPlan => {
    const address = `10.0.${i >> 8}.${i & 255}/16`;
    return {
      ...model!,
      name: `web-${i}`,
      endpointId: i + 1,
      node: node(i),
      owner: { kind: 'Deployment', name: `web-${i % 20}` },
      interfaces: model!.interfaces.map((each) => ({ ...each, addresses: [address] })),
    };
  });
  const name = (i: number) => party(`default/${pods[i % pods.length]!.name}`);
  const probes = Array.from({ length: 3000 }, (_, i) => ({
    probeId: i + 1,
    from: name(i),
    to: name(7 * i + 1),
    fromAddress: '',
    toAddress: '',
    protocol: 'TCP' as const,
    port: 80,
    expect: 'predicted' as const,
  }));
  const nodes = Array.from({ length: 4 }, (_, i) => ({ ...base.nodes[0]!, name: node(i) }));
  const step = { index: 0, name: 'all', position: null, kind: 'probe' as const, probes, timeoutNs: 1e9 };
  return { ...base, nodes, pods, timeline: [step] };
}
