package dev.tmuxbuilder.agent.starter;

import java.util.Random;

/** How a design draws. The same random source gives the same picture, always. */
interface Art {
  /** The large picture of the home page and of social networks, 1200 by 630. */
  Drawing scene(Random random);

  /**
   * A small picture beside a section, 160 by 160.
   *
   * @param number which one; neighbours differ
   */
  Drawing motif(int number, Random random);

  /** The sign in the corner of the browser's tab, 64 by 64. */
  Drawing mark();
}
