/** Which addresses a `call` step may reach, and which headers it may send. */
import { describe, expect, test } from 'vitest';
import { placeOf } from '../functions/adapters/https/public-address.ts';
import { checkedHeaders } from '../functions/adapters/https/system-headers.ts';
import { targetOf } from '../functions/adapters/https/system-target.ts';

describe('an address is', () => {
  test.each([
    ['of the internet', '93.184.215.14'],
    ['just below 10/8', '9.255.255.255'],
    ['just above 10/8', '11.0.0.0'],
    ['just below 172.16/12', '172.15.255.255'],
    ['just above 172.16/12', '172.32.0.0'],
    ['just above shared space', '100.128.0.0'],
    ['just above link-local', '169.255.0.0'],
    ['the last before multicast', '223.255.255.255'],
    ['of the internet, version 6', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
    ['the first of version 6 above Teredo and its like', '2001:200::'],
  ])('public: %s', (_, address) => {
    expect(placeOf(address)).toBe('public');
  });

  test.each(['127.0.0.1', '127.255.255.254', '::1'])('this machine: %s', (address) => {
    expect(placeOf(address)).toBe('loopback');
  });

  test.each([
    ['metadata of AWS', '169.254.169.254'],
    ['metadata of AWS, version 6', 'fd00:ec2::254'],
    ['credentials of containers', '169.254.170.2'],
    ['metadata of Azure', '168.63.129.16'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a provider (CGNAT)', '100.64.0.1'],
    ['shared by a provider, its end', '100.127.255.255'],
    ['link-local', '169.254.0.1'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['protocol assignments', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['6to4 relays', '192.88.99.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified, version 6', '::'],
    ['link-local, version 6', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fc00::1'],
    ['multicast, version 6', 'ff02::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped metadata', '::ffff:a9fe:a9fe'],
    ['IPv4-mapped, even of a public address', '::ffff:93.184.215.14'],
    ['IPv4-compatible', '::a9fe:a9fe'],
    ['IPv4-translated', '::ffff:0:169.254.169.254'],
    ['NAT64', '64:ff9b::a9fe:a9fe'],
    ['NAT64 of a local prefix', '64:ff9b:1::a9fe:a9fe'],
    ['6to4', '2002:a9fe:a9fe::1'],
    ['Teredo', '2001:0:a9fe:a9fe::1'],
    ['ORCHID', '2001:20::1'],
    ['documentation, version 6', '2001:db8::1'],
    ['documentation, version 6, the newer', '3fff::1'],
    ['discard', '100::1'],
    ['segment routing', '5f00::1'],
    ['not given out', '4000::1'],
    ['no address at all', 'example.com'],
  ])('inside: %s', (_, address) => {
    expect(placeOf(address)).toBe('inside');
  });
});

const outside = [{ address: '93.184.215.14', family: 4 }];
const never = () => Promise.reject(new Error('nobody asks for a number'));

describe('a target', () => {
  test.each([
    'https://93.184.215.14/a?b=c',
    'https://93.184.215.14:443/',
    'https://93.184.215.14:8443/',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
  ])('is taken: %s', async (url) => {
    const target = await targetOf(url, never, false);
    expect(target.refused).toBeUndefined();
  });

  test('is every address of its name, each looked at once', async () => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return outside;
    };
    expect(await targetOf('https://Systems.Example/x', resolve, false)).toEqual({
      url: new URL('https://systems.example/x'),
      addresses: [{ address: '93.184.215.14', family: 4 }],
    });
    expect(asked).toEqual(['systems.example']);
  });

  const inside = 'The address leads inside our network.';
  test.each([
    ['http://93.184.215.14/', 'The address is no https:// address.'],
    ['ftp://93.184.215.14/', 'The address is no https:// address.'],
    ['file:///etc/passwd', 'The address is no https:// address.'],
    ['https://name@93.184.215.14/', 'The address has a name or password in it.'],
    ['https://name:password@93.184.215.14/', 'The address has a name or password in it.'],
    ['https://93.184.215.14:22/', 'The port 22 is not used: only 443 and 8443 are.'],
    ['https://93.184.215.14:80/', 'The port 80 is not used: only 443 and 8443 are.'],
    ['nothing', 'It is no address of a web server.'],
    ['https://', 'It is no address of a web server.'],
    [`https://93.184.215.14/${'a'.repeat(8_000)}`, 'It is no address of a web server.'],
    ['https://127.0.0.1/', inside],
    ['https://2130706433/', inside],
    ['https://0x7f.1/', inside],
    ['https://0177.0.0.1/', inside],
    ['https://127.1/', inside],
    ['https://①②⑦.0.0.1/', inside],
    ['https://169.254.169.254/latest/meta-data/', inside],
    ['https://2852039166/', inside],
    ['https://[::1]/', inside],
    ['https://[::ffff:169.254.169.254]/', inside],
    ['https://[fd00:ec2::254]/', inside],
    ['https://0/', inside],
  ])('is refused: %s', async (url, refused) => {
    expect(await targetOf(url, never, false)).toEqual({ refused });
  });

  test.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', 'fd00:ec2::254', '::ffff:10.0.0.1'])(
    'is refused where its name stands for %s, alone or beside a public one',
    async (address) => {
      const one = { address, family: address.includes(':') ? 6 : 4 };
      expect(await targetOf('https://a.example/', async () => [one], false)).toEqual({ refused: inside });
      expect(await targetOf('https://a.example/', async () => [...outside, one], false)).toEqual({ refused: inside });
      expect(await targetOf('https://a.example/', async () => [one, ...outside], false)).toEqual({ refused: inside });
    },
  );

  test('is refused where its name stands for nothing', async () => {
    expect(await targetOf('https://a.example/', async () => [], false)).toEqual({ refused: inside });
  });

  test('may be this machine where that is wanted, and nothing else inside', async () => {
    expect((await targetOf('http://127.0.0.1:1234/', never, true)).refused).toBeUndefined();
    expect((await targetOf('https://[::1]:1234/', never, true)).refused).toBeUndefined();
    expect((await targetOf('https://10.0.0.1/', never, true)).refused).toBe(inside);
    expect((await targetOf('http://169.254.169.254/', never, true)).refused).toBe(inside);
    expect((await targetOf('http://93.184.215.14/', never, true)).refused).toBe('The address is no https:// address.');
    const both = [...outside, { address: '127.0.0.1', family: 4 }];
    expect((await targetOf('https://a.example/', async () => both, true)).refused).toBe(inside);
  });
});

describe('a header that an author writes', () => {
  test('is sent with its name in lower case', () => {
    expect(checkedHeaders({ 'X-Campaign': 'spring é', Authorization: 'Bearer a' })).toEqual({
      headers: new Map([
        ['x-campaign', 'spring é'],
        ['authorization', 'Bearer a'],
      ]),
    });
  });

  test.each(['application/json', 'application/vnd.api+json', 'Application/JSON; charset=utf-8'])(
    'may say which JSON it is: %s',
    (type) => {
      expect(checkedHeaders({ 'Content-Type': type }).refused).toBeUndefined();
    },
  );

  test.each([
    'Host',
    'Content-Length',
    'Connection',
    'Keep-Alive',
    'Transfer-Encoding',
    'TE',
    'Trailer',
    'Upgrade',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Expect',
    'Accept-Encoding',
    'Content-Encoding',
    'User-Agent',
    'Webhook-Id',
    'Webhook-Timestamp',
    'Webhook-Signature',
    'X-Forwarded-For',
  ])('is refused: %s', (name) => {
    expect(checkedHeaders({ [name]: 'a' })).toEqual({
      refused: `The header ${name.toLowerCase()} is not an author's to set.`,
    });
  });

  test.each([
    [
      'a line break in its value',
      { 'x-a': 'a\r\nhost: b' },
      'The header x-a has a line break or a character that HTTP cannot carry.',
    ],
    ['half a line break', { 'x-a': 'a\nb' }, 'The header x-a has a line break or a character that HTTP cannot carry.'],
    ['a zero', { 'x-a': 'a\0' }, 'The header x-a has a line break or a character that HTTP cannot carry.'],
    [
      'a character beyond Latin',
      { 'x-a': '✓' },
      'The header x-a has a line break or a character that HTTP cannot carry.',
    ],
    ['a line break in its name', { 'x-a\r\nhost': 'b' }, 'A header has a name that HTTP does not know.'],
    ['no name', { '': 'b' }, 'A header has a name that HTTP does not know.'],
    ['a second one of its name', { 'X-A': 'a', 'x-a': 'b' }, 'The header x-a is there twice.'],
    ['another type than JSON', { 'content-type': 'text/plain' }, 'What is sent is JSON: content-type has to say so.'],
    ['no end', { 'x-a': 'a'.repeat(8_000) }, 'The headers are too long.'],
  ])('is refused with %s', (_, headers, refused) => {
    expect(checkedHeaders(headers)).toEqual({ refused });
  });
});
