import { expect, test } from 'vitest';
import { found, goodPlan, network, onNetwork, plan, pod, scenario, seedPool } from '../testdata/planning.ts';

const cluster = [
  network,
  seedPool,
  scenario('nodes: [ { name: n1, interfaces: [ { name: ens192, addresses: [172.51.0.9/16] } ] } ]'),
];
const asking = (routes: string) => pod('asks', `${onNetwork}, ipam.spidernet.io/routes: '${routes}'`);

test('a route whose gateway is near is the pod’s', () => {
  const [asks] = goodPlan(
    ...cluster,
    asking('[{"dst":"10.0.0.0/16","gw":"172.51.0.2"},{"dst":"10.1.0.0/16","gw":"192.0.2.1"}]'),
  ).pods;
  expect(asks?.interfaces[0]?.routes).toContainEqual({ to: '10.0.0.0/16', via: '172.51.0.2' });
  expect(JSON.stringify(asks)).not.toContain('10.1.0.0/16');
});

test.each([
  'null',
  '{"dst":"10.0.0.0/16","gw":"172.51.0.2"}',
  '[null]',
  '[{"dst":"10.0.0.0/16"}]',
  '[{"dst":"10.0.0.0/16","gw":2}]',
  '[{"dst":"10.0.0.0/16/8","gw":"172.51.0.2"}]',
  '[{"dst":"10.0.0.0/16","gw":"172.51.0.2"}',
])('%s is refused at the annotation', (routes) => {
  expect(found(plan(...cluster, asking(routes)))).toEqual([expect.stringMatching(/^E409 .*ipam.spidernet.io\/routes/)]);
});
