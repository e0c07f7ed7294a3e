// Decides which addresses are public: arithmetic over ranges, no look-ups.

import { BlockList, isIP } from "node:net";

/**
 * IPv4 that no image on the public internet is at: the special-purpose
 * registry of IANA (RFC 6890 and its successors), multicast, the reserved
 * class E, and Azure's metadata address, which lies in public space.
 */
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  ["168.63.129.16", 32],
];

/** IPv6 that is given out to anyone at all (RFC 4291, 2.4): mapped, translated, local and multicast forms all lie outside. */
const GLOBAL_V6 = blockListOf([["2000::", 3]], "ipv6");

/** What is special inside it: IETF protocols with Teredo and ORCHID, documentation, 6to4, AS112. */
const SPECIAL_V6 = blockListOf(
  [
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["2620:4f:8000::", 48],
    ["3fff::", 20],
  ],
  "ipv6",
);

const SPECIAL = blockListOf(SPECIAL_V4, "ipv4");

/** A set of networks that an operator names. */
export type Networks = Pick<BlockList, "check">;

/** Networks beyond the public ones that an operator lets be fetched from. */
export type AllowedNetworks = Networks;

/** Whether `address`, in text as the system gives it, is one that anybody's server may stand at. Anything that is no address is not. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !SPECIAL.check(address, "ipv4");
    case 6:
      return (
        // A zone belongs to a link.
        !address.includes("%") &&
        GLOBAL_V6.check(address, "ipv6") &&
        !SPECIAL_V6.check(address, "ipv6") &&
        !isIsatap(address)
      );
    default:
      return false;
  }
}

/** Whether `address` may be dialled: public, or in a network that the operator allows. */
export function mayDial(address: string, allowed: AllowedNetworks): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return (
    isPublic(address) ||
    (isIP(address) !== 0 &&
      !address.includes("%") &&
      allowed.check(address, family))
  );
}

/** IPv4 in an interface id (RFC 5214, 6.1): tunnelled to wherever it says. */
function isIsatap(address: string): boolean {
  const words = wordsOf(address);
  // The universal/local bit may be set or not.
  return (words[4]! & ~0x0200) === 0 && words[5] === 0x5efe;
}

/** The eight 16-bit words of an IPv6 address without a zone. */
export function wordsOf(address: string): number[] {
  // WHATWG's serializer writes every form as hexadecimal words.
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = "", tail = ""] = hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const gap = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...gap, ...right].map((word) => parseInt(word, 16));
}

/** The IPv4 address that an IPv6 one stands for (RFC 4291, 2.5.5.2), as a socket that takes both gives it; undefined for any other. */
export function mappedV4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const words = wordsOf(address);
  const isMapped =
    words[5] === 0xffff && words.slice(0, 5).every((word) => word === 0);
  if (!isMapped) return undefined;
  const [high = 0, low = 0] = words.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Networks in CIDR notation. Throws RangeError naming one that is none. */
export function networksOf(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits = "", ...more] = text.split("/");
    const family = isIP(address);
    const isBits = /^\d{1,3}$/.test(bits) && +bits <= (family === 4 ? 32 : 128);
    if (family === 0 || !isBits || more.length > 0)
      throw new RangeError(`"${text}" is not a network such as 10.1.0.0/16`);
    list.addSubnet(address, Number(bits), family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

function blockListOf(
  ranges: readonly (readonly [string, number])[],
  family: "ipv4" | "ipv6",
): BlockList {
  const list = new BlockList();
  for (const [network, bits] of ranges) list.addSubnet(network, bits, family);
  return list;
}
