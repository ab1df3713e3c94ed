/**
 * Who vouches for a caller besides this service's own tokens: an OpenID Connect provider, a load
 * balancer of AWS, Cloudflare Access. What each sends is proved by its signature and mapped to a
 * user, a tenant and a role; nobody is anybody by a header alone. Who may do what is elsewhere.
 */
@NullMarked
package dev.tmuxbuilder.identity;

import org.jspecify.annotations.NullMarked;
