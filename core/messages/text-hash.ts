/**
 * 16 hexadecimal digits that tell texts apart: FNV-1a over the UTF-16 units, twice from different starts. Core has no crypto, and nobody
 * gains by two records that collide: this is an identity, not a seal.
 */
export function toTextHash(text: string): string {
  let left = 0x811c9dc5;
  let right = 0x01000193;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    left = Math.imul(left ^ unit, 0x01000193);
    right = Math.imul(right ^ unit ^ (index & 0xff), 0x5bd1e995);
    right ^= right >>> 15;
  }
  return toHex(left) + toHex(right);
}

function toHex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0');
}
