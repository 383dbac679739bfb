// zig's linker puts the time of the build into a PE file and has no option against it.

/** A PE32+ file with the link time of its headers, its export and its debug directory set to 0, and without a checksum (DLLs need none). */
export function withoutTimestamps(bytes) {
  const file = Buffer.from(bytes);
  const header = file.readUInt32LE(0x3c);
  if (file.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('not a PE file');
  const optional = header + 24;
  if (file.readUInt16LE(optional) !== 0x20b) throw new Error('not a PE32+ file');
  const sectionCount = file.readUInt16LE(header + 6);
  const firstSection = optional + file.readUInt16LE(header + 20);
  file.writeUInt32LE(0, header + 8);
  file.writeUInt32LE(0, optional + 64);

  const [exportsAt] = directory(0);
  if (exportsAt !== 0) file.writeUInt32LE(0, offsetOf(exportsAt) + 4);
  const [debugAt, debugSize] = directory(6);
  for (let entry = 0; debugAt !== 0 && entry < debugSize; entry += 28) {
    file.writeUInt32LE(0, offsetOf(debugAt + entry) + 4);
  }
  return file;

  function directory(index) {
    const at = optional + 112 + index * 8;
    return [file.readUInt32LE(at), file.readUInt32LE(at + 4)];
  }

  /** Where in the file an address of the loaded image is. */
  function offsetOf(address) {
    for (let index = 0; index < sectionCount; index += 1) {
      const section = firstSection + index * 40;
      const [size, start, rawSize, raw] = [8, 12, 16, 20].map((at) => file.readUInt32LE(section + at));
      if (address >= start && address < start + Math.max(size, rawSize)) return address - start + raw;
    }
    throw new Error(`no section holds ${address}`);
  }
}
