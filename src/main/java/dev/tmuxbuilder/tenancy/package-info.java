/** Who somebody is: email, phone, the user id that follows from them, access tokens. */
@NullMarked
package dev.tmuxbuilder.tenancy;

import org.jspecify.annotations.NullMarked;
