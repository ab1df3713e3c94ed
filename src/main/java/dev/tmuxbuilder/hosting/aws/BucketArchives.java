package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.ArchiveStore;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.Callable;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A dynamic site's archives, in its bucket. */
record BucketArchives(AwsClients aws, Bucket bucket) implements ArchiveStore {
  @Override
  public Uni<List<String>> names(String stage, String prefix) {
    return Calls.make(
            stage,
            "s3:ListBucket",
            () -> aws.s3().listObjectsV2(list -> list.bucket(bucket.name()).prefix(prefix)))
        .map(answer -> answer.contents().stream().map(S3Object::key).toList());
  }

  @Override
  public Uni<Void> write(String stage, String name, Content content, Form form) {
    return bucket.store().write(stage, name, content, form);
  }

  @Override
  public <T> Uni<T> apart(String what, Callable<T> work) {
    return VirtualThreads.call(what, work);
  }
}
