import { BlockList, isIP } from 'node:net';

/** Whether the text is a network: `185.71.76.0/27`, `2a02:5180::/32`. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return Number(bits) <= (version === 4 ? 32 : 128);
}

/** Some networks, to be asked whether an address lies in one of them. */
export class Networks {
  private readonly list = new BlockList();

  /** @throws Error when one of them is not a network. */
  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      if (!isCidr(cidr)) throw new Error(`${cidr} is not a network`);
      const [address = '', bits] = cidr.split('/');
      this.list.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** An IPv4 address may come written as IPv6 (`::ffff:185.71.76.1`). What is no address lies nowhere. */
  contains(address: string): boolean {
    return isIP(address) !== 0 && this.list.check(address, familyOf(address));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
