/**
 * What is Amazon's own about its models: how calls are signed and how answers are framed. Knows
 * nothing of this project.
 */
@NullMarked
package dev.tmuxbuilder.gateway.bedrock;

import org.jspecify.annotations.NullMarked;
