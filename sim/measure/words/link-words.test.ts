import { expect, it } from 'vitest';
import { hostWords, linkWords } from './link-words.ts';

const UNDERLAY = {
  rateBps: 1e9,
  delayNs: 0,
  mtu: 1500,
  links: [
    { of: 'host:home', up: { rateBps: 10e6 } },
    { of: 'host:far', behind: 'host:edge', mtu: 1400, up: { rateBps: 10e6 }, down: { rateBps: 20e6 } },
    { of: 'host:near', behind: 'host:edge', mtu: 1500 },
  ],
};

it('people read what a link has, and which router it leads to', () => {
  expect(linkWords(UNDERLAY)).toEqual([
    'host:home up 10 Mbit/s',
    'host:far behind host:edge, MTU 1400: up 10 Mbit/s, down 20 Mbit/s',
    'host:near behind host:edge, MTU 1500',
  ]);
});

it('people read who forwards, and who is behind whom', () => {
  const words = (name: string, router?: true) =>
    hostWords(UNDERLAY, { name, addresses: [], routes: [], ...(router === undefined ? {} : { router }) });
  expect([words('edge', true), words('far', true), words('near'), words('home')]).toEqual([
    ...['edge (router)', 'far (router, behind edge)', 'near (behind edge)', 'home'],
  ]);
});
