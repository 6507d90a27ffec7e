import { expect, it } from 'vitest';
import { addressForParty } from './party.ts';

it.each(['239.1.1.1', '255.255.255.255', 'ff02::1'])(
  '%s is an address of many, and those who hear it are named',
  (text) => {
    const { what = '', help = '' } = addressForParty(text) ?? {};
    expect(what).toMatch(/^is an address of many/);
    expect(help).toContain(`group: ${text}`);
  },
);

it.each(['10.0.0.1', '172.51.255.255', 'fd00::1'])('%s is an address, and no party', (text) => {
  expect(addressForParty(text)?.what).toMatch(/^is an address, and parties are named/);
});

it.each(['client', '10.0.0', 'host:out', 'test[0]'])('%s is none', (text) => {
  expect(addressForParty(text)).toBeNull();
});
