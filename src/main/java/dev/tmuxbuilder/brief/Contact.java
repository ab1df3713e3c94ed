package dev.tmuxbuilder.brief;

import java.util.Optional;

/**
 * How the people behind the site are reached, as far as the brief tells it.
 *
 * @param phone as it was written; {@link #phoneDigits} is what a telephone dials
 */
public record Contact(Optional<String> email, Optional<String> phone, Optional<String> address) {
  public boolean isEmpty() {
    return email.isEmpty() && phone.isEmpty() && address.isEmpty();
  }

  /** The telephone number without anything but digits and a leading plus. */
  public Optional<String> phoneDigits() {
    return phone.map(Targets::dialled);
  }
}
