package dev.tmuxbuilder.agent.starter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG files (W3C Portable Network Graphics, third edition): eight bits of each colour. */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte TRUECOLOUR = 2;
  private static final byte UP = 2;

  private Png() {}

  /**
   * @param pixels row by row, {@code 0xRRGGBB} each
   */
  static byte[] encode(int width, int height, int[] pixels) {
    ByteArrayOutputStream png = new ByteArrayOutputStream(1 << 16);
    png.writeBytes(SIGNATURE);
    chunk(
        png,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, TRUECOLOUR, 0, 0, 0})
            .array());
    chunk(png, "IDAT", deflate(rows(width, height, pixels)));
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  /** Each row as its difference from the one above, which packs well where shapes are even. */
  private static byte[] rows(int width, int height, int[] pixels) {
    byte[] rows = new byte[height * (width * 3 + 1)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      rows[at++] = UP;
      for (int x = 0; x < width; x++) {
        int here = pixels[y * width + x];
        int above = y == 0 ? 0 : pixels[(y - 1) * width + x];
        rows[at++] = (byte) ((here >> 16) - (above >> 16));
        rows[at++] = (byte) ((here >> 8) - (above >> 8));
        rows[at++] = (byte) (here - above);
      }
    }
    return rows;
  }

  private static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater(6);
    try {
      deflater.setInput(data);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream(1 << 16);
      byte[] buffer = new byte[1 << 14];
      while (!deflater.finished()) {
        packed.write(buffer, 0, deflater.deflate(buffer));
      }
      return packed.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    png.writeBytes(name);
    png.writeBytes(data);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
