package dev.tmuxbuilder.hosting.aws;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends files without asking first whether they are welcome ({@code Expect: 100-continue}, RFC
 * 9110, section 10.1.1). The question costs each file a round trip, and servers other than S3
 * answer it in ways that the SDK takes for the end of the call.
 */
final class WithoutAsking implements ExecutionInterceptor {
  private static final String EXPECT = "Expect";

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    SdkHttpRequest request = context.httpRequest();
    return request.firstMatchingHeader(EXPECT).isPresent()
        ? request.toBuilder().removeHeader(EXPECT).build()
        : request;
  }
}
