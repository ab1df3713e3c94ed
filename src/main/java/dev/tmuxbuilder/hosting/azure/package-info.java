/**
 * The host on Azure: static sites in a storage account behind Front Door, a resource group for each
 * session. Read it from {@link dev.tmuxbuilder.hosting.azure.AzureHost} (what the pipeline asks
 * for). Nothing of the SDK is touched before the first site is wanted on Azure. What must not be
 * here: other hosts, the journal, the database; and no class of the SDK may be seen from outside.
 */
@NullMarked
package dev.tmuxbuilder.hosting.azure;

import org.jspecify.annotations.NullMarked;
