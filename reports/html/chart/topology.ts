/**
 * The topology as a drawing: nodes with their masters, pods as slaves of a master, the underlay they hang on, the
 * machines outside. A node of many pods shows its workloads instead, many nodes only the first.
 */
import { hostWords, linkWords } from '../../../sim/measure/words/link-words.ts';
import { describeWireQueue } from '../../../sim/plan/wire/wires.ts';
import { formatBps, formatUs } from '../../../sim/measure/words/format.ts';
import type { MasterPlan, NodePlan, Plan } from '../../../sim/plan/plan.ts';
import { html, type Html, type Piece } from '../markup/markup.ts';
import { slavesOf, type Slave } from '../slaves.ts';

const WIDTH = 1040;
const GAP = 24;
const MOST_NODES = 12;
const CARD = { height: 66, gap: 10 };
const MASTER = { height: 40, gap: 8 };
const BUS = 30;

export function topologySection(plan: Plan): Html {
  const shown = plan.nodes.slice(0, MOST_NODES);
  const columns = Math.min(3, Math.max(1, shown.length));
  // Rows of nodes are joined by a spine on the left; one row needs none.
  const left = shown.length > columns ? 22 : 2;
  const width = (WIDTH - left - 2 - GAP * (columns - 1)) / columns;
  const parts: Html[] = [];
  const rows: number[] = [];
  let y = 0;
  for (let first = 0; first < shown.length; first += columns) {
    const nodes = shown.slice(first, first + columns).map((node) => ({ node, slaves: slavesOf(plan, node) }));
    const height = Math.max(...nodes.map(({ node, slaves }) => panelHeight(node, slaves, width)));
    const bus = y + height + 26;
    nodes.forEach(({ node, slaves }, column) => {
      const x = left + column * (width + GAP);
      parts.push(panel(node, slaves, { x, y, width, height, bus }));
    });
    rows.push(bus);
    y = bus + BUS + 26;
  }
  const lastBus = rows.at(-1) ?? 0;
  parts.push(...rows.map((bus, i) => busOf(plan, bus, i === 0)));
  if (rows.length > 1) {
    const spine = `M4 ${(rows[0] ?? 0) + BUS / 2} V${lastBus + BUS / 2}`;
    parts.unshift(html`<path class="c-bus-line" d="${spine}" />`);
  }
  const hosts = hostsOf(plan, lastBus + BUS);
  parts.push(...hosts.parts);
  const height = hosts.bottom + 2;
  return html`<section aria-labelledby="topology">
    <h2 id="topology">Topology</h2>
    <figure class="frame">
      <div class="scroll wide">
        <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="topology-title topology-desc">
          <title id="topology-title">Topology of the lab</title>
          <desc id="topology-desc">${describe(plan)}</desc>
          ${parts}
        </svg>
      </div>
      <figcaption>
        ${describe(plan)} Arrows are the limits of the annotations: ↓ to the pod, ↑ from it.
        ${plan.nodes.length > shown.length ? `Drawn are the first ${shown.length} nodes.` : ''}
      </figcaption>
    </figure>
  </section>`;
}

function describe({ nodes, pods, hosts, underlay }: Plan): string {
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
  const outside = hosts.length === 0 ? '' : ` and ${count(hosts.length, 'machine', 'machines')} outside`;
  return (
    `${count(pods.length, 'pod', 'pods')} on ${count(nodes.length, 'node', 'nodes')}${outside}; ` +
    `the underlay carries ${[wire(underlay), ...linkWords(underlay)].join('; ')}.`
  );
}

function wire(underlay: Plan['underlay']): string {
  const { rateBps, trace, queue, delayNs, mtu } = underlay;
  const rate = rateBps === null ? 'as much as the kernel can' : formatBps(rateBps).replace(/\.0+(?= )/, '');
  const delay = delayNs === 0 ? 'no delay' : `${formatUs(delayNs / 1000).replace(/\.0+(?= )/, '')} one way`;
  const over = trace === undefined ? '' : ` by the trace ${trace.file}`;
  const waits = queue === undefined ? '' : `, queue ${describeWireQueue(queue)}`;
  return `${rate}${over}${waits}, ${delay}, MTU ${mtu}`;
}

interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly bus: number;
}

function cardColumns(width: number): number {
  return width > 460 ? 2 : 1;
}

function panelHeight(node: NodePlan, slaves: readonly Slave[], width: number): number {
  const rows = Math.ceil(slaves.length / cardColumns(width));
  return 40 + rows * (CARD.height + CARD.gap) + 6 + node.masters.length * (MASTER.height + MASTER.gap) + 4;
}

function panel(node: NodePlan, slaves: readonly Slave[], { x, y, width, height, bus }: Panel): Html {
  const columns = cardColumns(width);
  const trunks = 12 + 8 * Math.max(1, node.masters.length);
  const cardWidth = (width - trunks - 12 - CARD.gap * (columns - 1)) / columns;
  const mastersTop = y + height - node.masters.length * (MASTER.height + MASTER.gap) - 4;
  const masterY = new Map(node.masters.map(({ name }, i) => [name, mastersTop + i * (MASTER.height + MASTER.gap)]));
  const trunkX = (master: string) =>
    x +
    12 +
    8 *
      Math.max(
        0,
        node.masters.findIndex(({ name }) => name === master),
      );
  const cards = slaves.map((slave, i) => {
    const cardX = x + trunks + (i % columns) * (cardWidth + CARD.gap);
    const cardY = y + 38 + Math.floor(i / columns) * (CARD.height + CARD.gap);
    return { slave, cardX, cardY };
  });
  const links = cards.flatMap(({ slave, cardX, cardY }) =>
    slave.masters.map((master, i) => {
      // Into the gap above the card's row, so that a link never runs through a card.
      const turn = cardY - 4 - 2 * i;
      const d = `M${cardX + 14} ${cardY} V${turn} H${trunkX(master)} V${masterY.get(master) ?? mastersTop}`;
      return html`<path class="c-link" d="${d}" />`;
    }),
  );
  const bottom = node.masters.length === 0 ? y + height : mastersTop + MASTER.height;
  const down = html`<path class="c-link" d="M${x + width / 2} ${Math.max(bottom, y + height - 8)} V${bus}" />`;
  return html`<g>
    ${down}
    <rect class="c-node" x="${x}" y="${y}" width="${width}" height="${height}" rx="8" />
    <text class="c-text" x="${x + 14}" y="${y + 23}" font-size="14" font-weight="600"
      >${fit(node.name, width - 28, 7.9)}</text
    >
    ${links} ${cards.map(({ slave, cardX, cardY }) => card(slave, cardX, cardY, cardWidth))}
    ${node.masters.map((master) => masterBox(master, x + 10, masterY.get(master.name) ?? 0, width - 20))}
  </g>`;
}

function card(slave: Slave, x: number, y: number, width: number): Html {
  const inside = width - 20;
  return html`<g>
    <title>${slave.title}</title>
    <rect class="c-panel" x="${x}" y="${y}" width="${width}" height="${CARD.height}" rx="6" />
    ${line(slave.name, x + 10, y + 20, 'c-text', inside, 600)}
    ${line(slave.detail, x + 10, y + 38, 'c-quiet mono', inside)}
    ${line(slave.limits, x + 10, y + 56, 'c-quiet', inside)}
  </g>`;
}

function masterBox(master: MasterPlan, x: number, y: number, width: number): Html {
  const made = MADE_OF[master.kind](master);
  const addresses = master.addresses.length === 0 ? 'no address' : master.addresses.join(', ');
  return html`<g>
    <title>${master.name} ${made}, ${addresses}, MTU ${master.mtu}</title>
    <rect class="c-sunk" x="${x}" y="${y}" width="${width}" height="${MASTER.height}" rx="5" />
    ${line(`${master.name}${made === '' ? '' : ` (${made})`}`, x + 12, y + 17, 'c-text', width - 24, 600)}
    ${line(`${addresses}, MTU ${master.mtu}`, x + 12, y + 32, 'c-quiet mono', width - 24)}
  </g>`;
}

const MADE_OF: Readonly<Record<MasterPlan['kind'], (master: MasterPlan) => string>> = {
  nic: () => '',
  vlan: (master) => (master.kind === 'vlan' ? `VLAN ${master.vlanId} on ${master.parent}` : ''),
  bond: (master) => (master.kind === 'bond' ? `bond of ${master.parents.join(', ')}, mode ${master.mode}` : ''),
};

function busOf({ underlay }: Plan, y: number, first: boolean): Html {
  return html`<g>
    <rect class="c-bus" x="2" y="${y}" width="${WIDTH - 4}" height="${BUS}" rx="6" />
    <text class="c-bus-text" x="${WIDTH / 2}" y="${y + 20}" font-size="13" text-anchor="middle">
      ${first ? `underlay: ${wire(underlay)}` : 'underlay'}
    </text>
  </g>`;
}

const HOST = { width: 244, height: 46, most: 12 };

function hostsOf({ hosts, underlay }: Plan, y: number): { readonly parts: Html[]; readonly bottom: number } {
  const columns = Math.floor((WIDTH + GAP) / (HOST.width + GAP));
  const shown = hosts.slice(0, HOST.most);
  const parts = shown.map((host, i) => {
    const x = 2 + (i % columns) * (HOST.width + GAP);
    const top = y + 22 + Math.floor(i / columns) * (HOST.height + 22);
    const addresses = host.addresses.join(', ');
    const name = `outside: ${hostWords(underlay, host)}`;
    return html`<g>
      <title>${name}, ${addresses}</title>
      <path class="c-link" d="M${x + HOST.width / 2} ${top - 22} V${top}" />
      <rect
        class="c-panel"
        x="${x}"
        y="${top}"
        width="${HOST.width}"
        height="${HOST.height}"
        rx="6"
        stroke-dasharray="5 3"
      />
      ${line(name, x + 12, top + 19, 'c-text', HOST.width - 24, 600)}
      ${line(addresses, x + 12, top + 36, 'c-quiet mono', HOST.width - 24)}
    </g>`;
  });
  const rows = Math.ceil(shown.length / columns);
  return { parts, bottom: y + rows * (HOST.height + 22) };
}

function line(text: string, x: number, y: number, name: string, width: number, weight = 400): Piece {
  const size = name.includes('mono') ? 12 : 13;
  const shown = fit(text, width, name.includes('mono') ? 7.3 : 7.2);
  return html`<text class="${name}" x="${x}" y="${y}" font-size="${size}" font-weight="${weight}">${shown}</text>`;
}

/** Cuts the middle out, since names differ at both ends. */
function fit(text: string, width: number, perCharacter: number): string {
  const most = Math.floor(width / perCharacter);
  if (text.length <= most) return text;
  const tail = Math.floor(most * 0.45);
  return `${text.slice(0, most - tail - 1)}…${text.slice(-tail)}`;
}
