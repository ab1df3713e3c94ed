fetch() { # FILE
  aws s3 cp --only-show-errors --region "$REGION" "s3://$BUCKET/$KEY" "$1"
}
