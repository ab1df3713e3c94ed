/**
 * The host on AWS: static sites in a private bucket behind CloudFront. Read it from {@link
 * dev.tmuxbuilder.hosting.aws.AwsHost} (what the pipeline asks for). Nothing of the SDK is touched
 * before the first site is wanted on AWS. What must not be here: other hosts, the journal, the
 * database; and no class of the SDK may be seen from outside.
 */
@NullMarked
package dev.tmuxbuilder.hosting.aws;

import org.jspecify.annotations.NullMarked;
