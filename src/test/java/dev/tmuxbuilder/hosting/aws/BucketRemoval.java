package dev.tmuxbuilder.hosting.aws;

import software.amazon.awssdk.services.s3.S3Client;

/** Somebody empties and deletes a bucket by hand. */
record BucketRemoval(S3Client s3, String bucket) implements Runnable {
  @Override
  public void run() {
    s3.listObjectVersionsPaginator(list -> list.bucket(bucket)).versions().stream()
        .forEach(
            version ->
                s3.deleteObject(
                    delete ->
                        delete.bucket(bucket).key(version.key()).versionId(version.versionId())));
    s3.deleteBucket(delete -> delete.bucket(bucket));
  }
}
